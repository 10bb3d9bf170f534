/**
 * Ways to break the core on purpose: in `file`, `find` (which stands there once) becomes `put`, and the test
 * `fails` has to notice. Sorted by the guarantee that breaks.
 */
const requests = 'src/core/lifecycle/requests.rs'
const login = 'src/core/lifecycle/login.rs'
const lifecycle = 'src/core/lifecycle.rs'
const protocol = 'src/core/protocol.rs'
const address = 'src/core/address.rs'
const place = 'src/core/place.rs'
const cause = 'src/core/cause.rs'
const budget = 'src/core/budget.rs'
const calls = 'src/core/calls.rs'
const clock = 'src/core/clock.rs'
const tunnel = 'src/core/tunnel.rs'
const backoff = 'src/core/backoff.rs'

export const mutations = [
  // 1. One login
  {
    what: 'a call begins a login of its own while one runs',
    file: requests,
    find: 'Phase::LoggingIn { .. } => Next::Wait,',
    put: 'Phase::LoggingIn { .. } => Next::LogIn(Previous::Nobody),',
    fails: 'one_login::a_hundred_cold_calls_share_one_login'
  },
  {
    what: 'the last waiter goes first',
    file: requests,
    find: 'self.waiters.push(id);',
    put: 'self.waiters.insert(0, id);',
    fails: 'one_login::waiters_are_sent_in_the_order_in_which_they_came'
  },
  {
    what: 'a wish for a new login is not fulfilled by the login it waited for',
    file: login,
    find: 'self.fulfil();',
    put: '',
    fails: 'one_login::a_wish_for_a_new_login_is_fulfilled_by_the_login_that_a_failed_check_brings'
  },
  // 2. Late expiry is harmless
  {
    what: 'a refusal counts for the current session, whichever was refused',
    file: requests,
    find: 'if signed_by == self.generation && self.phase.session().is_some() {',
    put: 'if self.phase.session().is_some() {',
    fails: 'late_expiry::a_late_refusal_leads_to_one_resend_with_the_current_session_and_nothing_else'
  },
  // 3. Nothing goes out half-dressed
  {
    what: 'a call without login waits for the login of others',
    file: requests,
    find: 'Phase::LoggingIn { previous: Previous::Nobody, .. } if !login => Next::GoBare,',
    put: 'Phase::LoggingIn { previous: Previous::Nobody, .. } if !login => Next::Wait,',
    fails: 'half_dressed::a_call_without_login_does_not_wait_for_the_login_of_others'
  },
  {
    what: 'a call goes out under a session that is being replaced',
    file: requests,
    find: 'Phase::LoggingIn { .. } => Next::Wait,',
    put: 'Phase::LoggingIn { .. } => if login { Next::Wait } else { Next::GoSigned },',
    fails: 'half_dressed::a_call_without_login_does_not_go_out_under_a_session_that_is_being_replaced'
  },
  {
    what: 'a call goes out while its session is being checked',
    file: requests,
    find: 'Phase::Checking { .. } if login => Next::Wait,',
    put: 'Phase::Checking { .. } if login => Next::GoSigned,',
    fails: 'checks::a_failed_check_brings_a_login_before_anything_is_sent'
  },
  {
    what: 'a call without login goes out bare while a refused session is being replaced',
    file: requests,
    find: 'Phase::LoggingIn { previous: Previous::Nobody, .. } if !login => Next::GoBare,',
    put: 'Phase::LoggingIn { previous: Previous::Nobody | Previous::Refused, .. } if !login => Next::GoBare,',
    fails: 'half_dressed::calls_without_login_wait_while_a_refused_session_is_being_replaced'
  },
  {
    what: 'a refused session is replaced as if nobody had been logged in',
    file: login,
    find: 'self.log_in(Previous::Refused);',
    put: 'self.log_in(Previous::Nobody);',
    fails: 'half_dressed::a_burst_of_calls_without_login_across_an_expiry_all_carry_a_session'
  },
  {
    what: 'calls without login that waited for a failed login fail with it',
    file: login,
    find: 'if self.calls.get(id).is_some_and(|call| call.needs_session()) {',
    put: 'if self.calls.get(id).is_some() {',
    fails: 'half_dressed::they_go_out_bare_only_if_the_login_that_replaces_it_fails'
  },
  // 4. Only expiry ends a session
  {
    what: 'a server that is not itself is believed',
    file: protocol,
    find: 'if status >= SERVER_ERROR {',
    put: 'if status >= SERVER_ERROR && false {',
    fails: 'only_expiry::a_server_that_is_not_itself_keeps_the_session_whatever_it_says'
  },
  {
    what: 'a server that cannot check the session ends it',
    file: protocol,
    find: 'Verdict::Refused(Failure::CheckLogin)',
    put: 'Verdict::Expired',
    fails: 'only_expiry::a_server_that_cannot_check_the_session_keeps_it_and_the_call_fails'
  },
  {
    what: 'a failed login ends the session before it',
    file: login,
    find: 'Previous::Good(session) => Phase::Unchecked(session),\n        };\n        self.release_without_session',
    put: 'Previous::Good(_) => Phase::Absent,\n        };\n        self.release_without_session',
    fails: 'only_expiry::a_login_that_fails_in_any_way_keeps_the_session_that_the_server_has_not_refused'
  },
  {
    what: 'a login that the budget forbids ends the session before it',
    file: login,
    find: 'self.without_login(previous, Failure::LoginLimit, None, 0.0);',
    put: 'drop(previous);\n            self.without_login(Previous::Nobody, Failure::LoginLimit, None, 0.0);',
    fails: 'bounded_logins::a_login_that_the_budget_forbids_keeps_the_session'
  },
  // 5. Every call settles exactly once
  {
    what: 'a login or check that hangs is never given up',
    file: lifecycle,
    find: 'self.phase_overdue();',
    put: '',
    fails: 'settles::a_login_that_wechat_never_answers_fails_after_ten_seconds'
  },
  {
    what: 'a request that hangs is given up late',
    file: requests,
    find: 'const GRACE_MS: f64 = 60_000.0;',
    put: 'const GRACE_MS: f64 = 180_000.0;',
    fails: 'settles::a_request_that_wx_never_settles_is_aborted_a_minute_past_its_own_timeout_and_not_before'
  },
  {
    what: 'a request is given up at its own timeout, which wx counts',
    file: requests,
    find: 'const GRACE_MS: f64 = 60_000.0;',
    put: 'const GRACE_MS: f64 = 0.0;',
    fails: 'settles::a_request_that_wx_never_settles_is_aborted_a_minute_past_its_own_timeout_and_not_before'
  },
  {
    what: 'a request without a timeout is given up while app.json may allow it',
    file: requests,
    find: 'const LONGEST_PENDING_MS: f64 = 1_800_000.0;',
    put: 'const LONGEST_PENDING_MS: f64 = 900_000.0;',
    fails: 'settles::a_request_without_a_timeout_has_half_an_hour_since_app_json_may_allow_any_time'
  },
  {
    what: 'a request that wx forgot is waited for for ever',
    file: requests,
    find: 'if waited_ms >= longest_ms {',
    put: 'if waited_ms >= longest_ms && false {',
    fails: 'pass::a_call_under_a_pass_that_wx_forgets_is_given_up'
  },
  {
    what: 'a request that was aborted goes on at wx',
    file: lifecycle,
    find: 'self.commands.push(Command::AbortRequest(id));',
    put: '',
    fails: 'settles::a_request_on_its_way_is_aborted_at_wx'
  },
  {
    what: 'a timeout may be longer than any timer',
    file: lifecycle,
    find: 'let in_ms = in_ms.min(LONGEST_MS);',
    put: '',
    fails: 'settles::deadlines_beyond_what_a_timer_can_wait_are_kept_in_the_end'
  },
  {
    what: 'an answer counts for whatever login step is on its way',
    file: login,
    find: 'step, flight, .. } if flight == answered => Some((previous, step)),',
    put: 'step, flight, .. } if flight == answered || true => Some((previous, step)),',
    fails: 'settles::a_code_that_comes_after_the_next_login_began_is_not_sent'
  },
  // 6. Bounded logins
  {
    what: 'a call is made again as often as it is refused',
    file: calls,
    find: 'Retry::Used | Retry::Spent => None,',
    put: 'Retry::Used | Retry::Spent => Some(self),',
    fails: 'bounded_logins::a_server_that_always_says_expired_costs_one_login_and_one_resend_a_call'
  },
  {
    what: 'another copy gives a call its retry back for ever',
    file: calls,
    find: 'Retry::Used => Retry::Returned,\n            Retry::Left | Retry::Returned | Retry::Spent => self,',
    put: 'Retry::Left | Retry::Used | Retry::Returned | Retry::Spent => Retry::Left,',
    fails: 'two_copies::a_copy_that_keeps_bringing_stale_sessions_does_not_keep_a_call_alive_for_ever'
  },
  {
    what: 'no limit a minute',
    file: budget,
    find: 'self.automatic() >= max_per_minute',
    put: 'self.automatic() >= u32::MAX',
    fails: 'bounded_logins::calls_one_after_the_other_against_such_a_server_log_in_five_times_a_minute'
  },
  {
    what: 'an instance that is lost takes with it how often a person logged in this second',
    file: budget,
    find: 'self.automatic().max(self.recent())',
    put: 'self.automatic()',
    fails: 'bounded_logins::wechats_limit_a_second_survives_the_loss_of_the_core'
  },
  {
    what: 'no limit a second',
    file: budget,
    find: 'self.recent() < LOGINS_PER_SECOND',
    put: 'self.recent() < u32::MAX',
    fails: 'bounded_logins::nobody_gets_more_than_four_logins_in_any_second'
  },
  {
    what: 'a timer counts for a login that began while it ran',
    file: budget,
    find: 'if login.is_timed {',
    put: 'if login.is_timed || true {',
    fails: 'clock::a_clock_that_jumps_back_and_forth_makes_no_room_for_more_logins_and_keeps_none_away'
  },
  {
    what: 'a timer that is set anew counts for none',
    file: budget,
    find: 'login.is_timed = true;',
    put: 'login.is_timed = false;',
    fails: 'bounded_logins::the_budget_is_there_again_when_the_minute_is_over'
  },
  {
    what: 'the time of long timers is lost to the budget',
    file: budget,
    find: 'const LONGEST_TIMER_MS: f64 = 5_000.0;',
    put: 'const LONGEST_TIMER_MS: f64 = 60_000.0;',
    fails: 'clock::a_clock_that_jumps_back_and_forth_makes_no_room_for_more_logins_and_keeps_none_away'
  },
  {
    what: 'the next instance knows nothing of the logins before it',
    file: lifecycle,
    find: 'self.budget.restore(logins);',
    put: 'let _ = logins;',
    fails: 'bounded_logins::the_budget_survives_the_loss_of_the_core'
  },
  // 7. Log-out wins
  {
    what: 'log-out leaves a login on its way',
    file: lifecycle,
    find: 'self.phase = Phase::Absent;\n        self.commands.push(Command::RemoveSession);',
    put: 'self.commands.push(Command::RemoveSession);',
    fails: 'log_out::a_log_out_at_any_moment_of_the_login_discards_it'
  },
  {
    what: 'a request of the old session is made again under the next one',
    file: requests,
    find: 'Some(_) if signed_by <= self.logged_out =>',
    put: 'Some(_) if signed_by < Generation(0) =>',
    fails: 'log_out::a_request_of_the_old_session_is_not_resent_under_the_session_of_the_next_user'
  },
  // 8. The session goes only where it belongs
  {
    what: 'requests anywhere are signed',
    file: requests,
    find: 'Place::Foreign | Place::LoginUrl => Next::GoBare,',
    put: 'Place::Foreign | Place::LoginUrl => self.next(needs_session, anew, checked),',
    fails: 'places::the_login_url_gets_no_session_headers_whoever_asks_for_it'
  },
  {
    what: 'a call that needs the session may go elsewhere',
    file: requests,
    find: 'Place::Foreign if login => Next::Fail(Failure::Untrusted),',
    put: 'Place::Foreign if login && false => Next::Fail(Failure::Untrusted),',
    fails: 'places::a_call_that_needs_the_session_elsewhere_fails_and_sends_nothing'
  },
  {
    what: 'a place that was trusted once stays so',
    file: lifecycle,
    find: 'let old = std::mem::replace(&mut self.settings, settings);',
    put: 'let old = std::mem::replace(&mut self.settings, settings);\nself.settings.trusted_origins.extend(old.trusted_origins.clone());',
    fails: 'places::a_place_that_is_trusted_no_more_gets_nothing_between_two_calls'
  },
  {
    what: 'the place of a URL outlives the settings',
    file: lifecycle,
    find: 'self.judged = None;',
    put: '',
    fails: 'places::a_place_that_is_trusted_no_more_gets_nothing_between_two_calls'
  },
  {
    what: 'calls that waited go where they could when they came',
    file: requests,
    find: 'let next = match self.place_of(&url, goal) {',
    put: 'let next = match if checked { Place::Trusted } else { self.place_of(&url, goal) } {',
    fails: 'places::a_place_that_is_trusted_no_more_gets_nothing_of_the_login_that_calls_waited_for'
  },
  {
    what: 'the retry goes where the call went before',
    file: requests,
    find: 'let next = match self.place_of(&url, goal) {',
    put: 'let again = call.retry != super::super::calls::Retry::Left;\n        let next = match if again { Place::Trusted } else { self.place_of(&url, goal) } {',
    fails: 'places::a_place_that_is_trusted_no_more_gets_no_retry_under_the_new_session'
  },
  {
    what: 'a login URL with a query is known by its path alone',
    file: address,
    find: 'path == other_path && (query.len() <= 1 || query == other_query)',
    put: 'path == other_path',
    fails: 'places::where_the_login_url_has_a_query_only_that_query_goes_out_bare'
  },
  {
    what: 'a 401 to a call that was not signed is a refusal of the session',
    file: protocol,
    find: 'Protocol::Wafer2 if signed && status == UNAUTHORIZED',
    put: 'Protocol::Wafer2 if (signed || true) && status == UNAUTHORIZED',
    fails: 'protocols::a_401_to_a_call_that_was_not_signed_is_the_apps_own_wrong_password'
  },
  {
    what: 'user information hides the host',
    file: address,
    find: "b'?' => 0,\n            _ => return None,",
    put: "b'?' => 0,\n            _ => 0,",
    fails: 'places::an_authority_that_parsers_read_differently_is_refused'
  },
  {
    what: 'a host that parsers rewrite is taken as it stands',
    file: address,
    find: 'if !is_name && (octets != 3 || !is_octet(label)) {',
    put: 'if !is_name && octets > 3 && !is_octet(label) {',
    fails: 'origins::hosts_that_parsers_rewrite_and_ports_that_are_none_are_refused'
  },
  {
    what: 'a port that is none is cut to one',
    file: address,
    find: 'if number > MAX_PORT {',
    put: 'if number > MAX_PORT * 2 {',
    fails: 'origins::hosts_that_parsers_rewrite_and_ports_that_are_none_are_refused'
  },
  {
    what: 'a long URL is judged by its beginning',
    file: address,
    find: 'if question >= LONGEST {',
    put: 'if question > 2 * LONGEST {',
    fails: 'origins::a_path_that_is_too_long_to_be_judged_is_refused'
  },
  {
    what: 'dots hide the login URL',
    file: address,
    find: 'b"/..".starts_with(name)',
    put: 'b"/.".starts_with(name)',
    fails: 'login::the_login_url_is_known_in_the_spellings_that_were_missed'
  },
  {
    what: 'percent signs hide the login URL',
    file: address,
    find: 'if high | low > 15 || sent && (high, low) != (2, 14) {',
    put: 'if high | low > 15 || (high, low) != (2, 14) {',
    fails: 'places::the_login_url_is_known_in_any_spelling'
  },
  {
    what: 'every query of its path is the login URL',
    file: address,
    find: '(query.len() <= 1 || query == other_query)',
    put: '(query.len() <= 1 || query.len() >= other_query.len())',
    fails: 'places::a_login_url_with_a_query_is_known_by_it_too'
  },
  {
    what: 'the login URL counts as one of its origin',
    file: place,
    find: 'Some(login_url) if login_url.is_login(address) => Place::LoginUrl,',
    put: '',
    fails: 'places::the_login_url_is_known_in_any_spelling'
  },
  // 9. A user keeps their login across the upgrade
  {
    what: 'a bare skey is no session',
    file: protocol,
    find: 'Protocol::Wafer2 if stored.is_scalar() =>',
    put: 'Protocol::Wafer2 if stored.is_scalar() && false =>',
    fails: 'upgrade::the_bare_skey_of_wafer2_client_sdk_1_goes_on'
  },
  {
    what: 'half a session is a session',
    file: protocol,
    find: 'if !id.is_scalar() || !skey.is_scalar() {',
    put: 'if !skey.is_scalar() {',
    fails: 'upgrade::garbage_is_no_session'
  },
  // 10. Warm calls are cheap
  {
    what: 'a warm call asks WeChat',
    file: requests,
    find: '!checked && self.settings.check == CheckMode::Always => {',
    put: '!checked && self.settings.check != CheckMode::Never => {',
    fails: 'one_login::login_with_a_good_session_asks_nothing_but_wechat_about_it'
  },
  {
    what: 'no pass is ever granted',
    file: lifecycle,
    find: 'filter(|_| unwatched)?',
    put: 'filter(|_| unwatched && false)?',
    fails: 'pass::a_warm_call_does_not_enter_the_core_and_settles_all_the_same'
  },
  {
    what: 'a pass is granted while somebody listens to events',
    file: lifecycle,
    find: 'let unwatched = !self.observed && self.is_idle();',
    put: 'let unwatched = self.is_idle();',
    fails: 'pass::no_pass_is_granted_where_each_call_is_the_cores_to_decide'
  },
  {
    what: 'a pass is granted while WeChat is to be asked before every call',
    file: lifecycle,
    find: 'Phase::Live(_) => self.settings.check != CheckMode::Always,',
    put: 'Phase::Live(_) => true,',
    fails: 'pass::no_pass_is_granted_where_each_call_is_the_cores_to_decide'
  },
  {
    what: 'a pass is granted before everything was carried out',
    file: lifecycle,
    find: 'let unwatched = !self.observed && self.is_idle();',
    put: 'let unwatched = !self.observed;',
    fails: 'one_login::the_first_call_logs_in_and_is_sent_with_the_session'
  },
  {
    what: 'a pass for calls that need the session is granted before WeChat was asked',
    file: lifecycle,
    find: 'Phase::Unchecked(_) => false,',
    put: 'Phase::Unchecked(_) => true,',
    fails: 'pass::no_pass_is_granted_before_wechat_was_asked_about_a_stored_session'
  },
  {
    what: 'a pass stays while a login replaces the session',
    file: lifecycle,
    find: '| Phase::LoggingIn { .. } => return None,',
    put: '=> return None,\n            Phase::LoggingIn { previous, .. } => previous.session().is_some(),',
    fails: 'pass::a_login_withdraws_the_pass_until_it_has_come_to_its_end'
  },
  {
    what: 'a pass outlives the session',
    file: lifecycle,
    find: 'Phase::Unread\n            | Phase::Reading { .. }\n            | Phase::Absent\n',
    put: 'Phase::Absent => true,\n            Phase::Unread\n            | Phase::Reading { .. }\n',
    fails: 'pass::a_log_out_withdraws_the_pass'
  },
  {
    what: 'a pass names the session before',
    file: lifecycle,
    find: 'Some(Pass { generation: self.generation, login, field, value })',
    put: 'Some(Pass { generation: Generation(self.generation.0 - 1), login, field, value })',
    fails: 'pass::a_call_that_was_sent_under_a_pass_is_refused_and_retried_like_any_other'
  },
  {
    what: 'a pass names the session after',
    file: lifecycle,
    find: 'Some(Pass { generation: self.generation, login, field, value })',
    put: 'Some(Pass { generation: self.generation.next(), login, field, value })',
    fails: 'pass::its_refusal_is_late_when_the_session_has_been_replaced'
  },
  {
    what: 'a refusal of wafer is plain',
    file: protocol,
    find: 'Protocol::Wafer => Some((Word::Magic, None)),',
    put: 'Protocol::Wafer => Some((Word::HeaderIv, None)),',
    fails: 'pass::a_call_that_was_sent_under_a_pass_is_refused_and_retried_like_any_other'
  },
  {
    what: 'whatever has no code is plain for wafer2',
    file: protocol,
    find: 'Some((Word::Code, Some(0)))',
    put: 'Some((Word::Code, None))',
    fails: 'pass::under_wafer2_plain_is_the_code_of_a_good_answer'
  },
  {
    what: "answers under the developer's own protocol are plain",
    file: protocol,
    find: 'Protocol::Custom(_) => None,',
    put: 'Protocol::Custom(_) => Some((Word::Magic, None)),',
    fails: 'pass::no_pass_is_granted_where_each_call_is_the_cores_to_decide'
  },
  // 11. Answers to nobody are harmless
  {
    what: 'a check is answered by any flight',
    file: login,
    find: 'if *flight != answered {',
    put: 'if *flight != answered && false {',
    fails: 'traps::stray_answers_change_nothing_at_any_moment'
  },
  // 12. A tunnel comes back or says why
  {
    what: 'a connection that hangs is waited for for ever',
    file: tunnel,
    find: 'self.go(Stage::Connecting, self.patience_ms, TunnelCommand::Connect)',
    put: 'self.go(Stage::Connecting, 0.0, TunnelCommand::Connect)',
    fails: 'a_tunnel_asks_for_an_address_connects_and_is_active'
  },
  {
    what: 'a first connection that fails is sought like a lost one',
    file: tunnel,
    find: 'if self.status() == TunnelStatus::Connecting {',
    put: 'if self.status() == TunnelStatus::Closed {',
    fails: 'a_first_connection_that_fails_closes_the_tunnel_and_the_next_open_starts_anew'
  },
  {
    what: 'a lost connection is sought once more than the app said',
    file: tunnel,
    find: 'if self.tries > self.max_tries {',
    put: 'if self.tries > self.max_tries + 1.0 {',
    fails: 'a_lost_connection_is_sought_after_1_to_5_s_and_then_given_up'
  },
  {
    what: 'tries count from the first connection, not from the last',
    file: tunnel,
    find: 'self.tries = 0.0;\n',
    put: '\n',
    fails: 'a_connection_that_came_back_has_all_its_tries_again'
  },
  {
    what: 'a server that is silent after a ping is pinged again',
    file: tunnel,
    find: '| (TunnelInput::Tick(random), Stage::Connecting | Stage::Pinged) => {',
    put: '| (TunnelInput::Tick(random), Stage::Connecting) => {',
    fails: 'a_ping_goes_out_after_15_s_and_a_silent_server_is_lost_after_15_more'
  },
  {
    what: 'a timeout of no time is taken',
    file: tunnel,
    find: 'const SHORTEST_TIMEOUT_S: f64 = 1.0;',
    put: 'const SHORTEST_TIMEOUT_S: f64 = 0.0;',
    fails: 'a_timeout_that_is_none_changes_nothing'
  },
  {
    what: 'a tunnel that is opened again keeps the waits of the time before',
    file: tunnel,
    find: '*self = Tunnel::new();',
    put: '*self = Tunnel { patience_ms: self.patience_ms, ..Tunnel::new() };',
    fails: 'the_server_sets_both_waits_until_the_tunnel_is_opened_again'
  },
  {
    what: 'a ping of the server is no sign of life',
    file: tunnel,
    find: 'self.go(Stage::Idle, self.patience_ms, TunnelCommand::Pong)',
    put: 'TunnelCommand::Pong',
    fails: 'whatever_the_server_sends_answers_a_ping'
  },
  {
    what: 'a packet is known by another word',
    file: tunnel,
    find: 'if packet_type.is(Word::Close) {',
    put: 'if packet_type.is(Word::Timeout) {',
    fails: 'packets::packets_that_mean_something_are_known_by_their_whole_type'
  },
  {
    what: 'a tunnel without tries has five',
    file: tunnel,
    find: 'if max_tries >= 0.0 {',
    put: 'if max_tries > 0.0 {',
    fails: 'settings_that_mean_nothing_are_the_default_and_no_tries_are_none'
  },
  {
    what: 'lost tunnels come back all at once',
    file: tunnel,
    find: '(SHORTEST_WAIT + WAIT_SPREAD * random)',
    put: '(SHORTEST_WAIT + WAIT_SPREAD * 0.5 + 0.0 * random)',
    fails: 'waits_are_spread_around_what_the_settings_say_and_end_where_timers_do'
  },
  {
    what: 'a wait is longer than timers can be',
    file: tunnel,
    find: 'if wait_ms > LONGEST_MS { LONGEST_MS } else { wait_ms }',
    put: 'wait_ms',
    fails: 'waits_are_spread_around_what_the_settings_say_and_end_where_timers_do'
  },
  {
    what: 'a network that comes back leaves a lost tunnel the tries that it had',
    file: tunnel,
    find: 'self.tries = 1.0;\n',
    put: '\n',
    fails: 'when_the_network_or_the_app_comes_back_a_lost_connection_is_sought_at_once_with_all_its_tries'
  },
  {
    what: 'a network that comes back leaves a ping its old deadline',
    file: tunnel,
    find: '(TunnelInput::Returned, Stage::Idle | Stage::Pinged) => {',
    put: '(TunnelInput::Returned, Stage::Idle) => {',
    fails: 'when_the_network_or_the_app_comes_back_an_open_connection_has_to_prove_that_it_is_one'
  },
  // Causes
  {
    what: 'numbers of WeChat do not count',
    file: cause,
    find: '103 => return Cause::Denied,',
    put: '',
    fails: 'messages::numbers_come_first'
  },
  {
    what: 'errCode counts before errno',
    file: cause,
    find: 'error.field(Word::Errno).integer()',
    put: 'error.field(Word::ErrCode).integer()',
    fails: 'messages::numbers_come_first'
  },
  {
    what: 'a lost connection of uni-app is an abort',
    file: cause,
    find: 'Aabort$',
    put: 'Aabort*',
    fails: 'messages::a_network_that_fails_is_no_abort_no_refusal_and_no_timeout'
  },
  {
    what: 'a path is taken for the name of an API',
    file: cause,
    find: 'while letter(start).is_ascii_lowercase() {',
    put: "while letter(start) != b':' && letter(start) != END {",
    fails: 'messages::a_network_that_fails_is_no_abort_no_refusal_and_no_timeout'
  },
  {
    what: 'a name is taken for a message that it begins with',
    file: cause,
    find: 'letter(at) == END)',
    put: 'letter(at) != 0)',
    fails: 'messages::a_network_that_fails_is_no_abort_no_refusal_and_no_timeout'
  },
  // User data
  {
    what: 'data encrypted under an old session_key is sent again',
    file: requests,
    find: 'let fresh = call.fetched_under == Some(key_epoch);',
    put: 'let fresh = call.fetched_under.is_some();',
    fails: 'user_data::data_that_arrives_after_a_login_that_came_in_between_is_fetched_anew'
  },
  {
    what: 'data that the caller brought is sent again after an expiry',
    file: requests,
    find: 'Some(_) if outdated => Failure::UserDataOutdated,',
    put: 'Some(_) if outdated && false => Failure::UserDataOutdated,',
    fails: 'user_data::data_that_the_caller_brought_is_not_resent_after_an_expiry'
  },
  {
    what: 'a login that failed halfway is taken for none',
    file: requests,
    find: 'self.server_epoch != self.key_epoch',
    put: 'false',
    fails:
      'user_data::a_login_that_fails_leaves_a_session_whose_key_wechat_has_replaced_so_user_data_needs_a_new_one'
  },
  // Several copies, a changing configuration, a clock that is set
  {
    what: 'what another copy stored is not looked at',
    file: login,
    find: 'if !session.key().same(&refused) =>',
    put: 'if !session.key().same(&refused) && false =>',
    fails: 'two_copies::the_copy_whose_session_was_replaced_takes_over_the_new_one_without_a_login'
  },
  {
    what: 'the session goes on when the login URL moves to another server',
    file: lifecycle,
    find: 'if elsewhere || old',
    put: 'if elsewhere && false || old',
    fails: 'reconfiguration::a_login_url_at_another_origin_ends_the_session_of_the_old_one'
  },
  {
    what: 'a session of one custom protocol goes on under another',
    file: lifecycle,
    find: 'old.protocol != self.settings.protocol',
    put: 'std::mem::discriminant(&old.protocol) != std::mem::discriminant(&self.settings.protocol)',
    fails: 'reconfiguration::a_session_of_one_custom_protocol_is_none_of_another'
  },
  {
    what: 'a clock that is set forth passes deadlines',
    file: clock,
    find: '(self.now_ms + step).min(wake_ms)',
    put: 'self.now_ms + step',
    fails: 'clock::a_clock_that_is_set_forth_moves_no_deadline'
  },
  {
    what: 'a clock that is set back shortens what follows',
    file: clock,
    find: '} else if step < 0.0 && wake_ms.is_finite() {',
    put: '} else if step < 0.0 && wake_ms.is_nan() {',
    fails: 'clock::a_clock_that_is_set_back_ends_nothing_early_that_begins_afterwards'
  },
  {
    what: 'a lost instance leaves no doubt about whose session_key WeChat has',
    file: lifecycle,
    find: 'self.key_epoch = self.key_epoch.next();',
    put: '',
    fails: 'user_data::a_login_that_was_lost_with_the_core_leaves_such_a_session_too'
  },
  {
    what: 'a session that was taken over is believed to have the latest session_key',
    file: login,
    find: 'let is_known = self.server_epoch == self.key_epoch;',
    put: 'let is_known = true;',
    fails:
      'two_copies::user_data_needs_a_login_where_a_session_is_taken_over_after_a_login_of_ones_own_that_failed'
  },
  // 13. A failing login backs off
  {
    what: 'a failed login is followed by the next one at once',
    file: login,
    find: 'self.backoff.met(self.clock.host_ms()) {',
    put: 'self.backoff.met(self.clock.host_ms()).filter(|_| false) {',
    fails: 'backoff::calls_meanwhile_fail_at_once_by_the_same_error_and_learn_for_how_long'
  },
  {
    what: 'the bound of the wait does not double',
    file: backoff,
    find: 'LONGEST_MS.min(self.bound_ms * 2.0)',
    put: 'LONGEST_MS.min(self.bound_ms)',
    fails: 'backoff::the_bound_doubles_from_one_second_to_one_minute'
  },
  {
    what: 'the bound of the wait has none itself',
    file: backoff,
    find: 'LONGEST_MS.min(self.bound_ms * 2.0)',
    put: 'self.bound_ms * 2.0',
    fails: 'backoff::the_bound_doubles_from_one_second_to_one_minute'
  },
  {
    what: 'all phones wait for the same time',
    file: backoff,
    find: 'random * self.bound_ms',
    put: 'self.bound_ms',
    fails: 'backoff::the_wait_is_any_part_of_the_bound'
  },
  {
    what: 'Retry-After is not obeyed',
    file: backoff,
    find: 'asked_s * SECOND_MS + random',
    put: 'asked_s * 0.0 + random',
    fails: 'backoff::retry_after_is_obeyed_and_spread'
  },
  {
    what: 'Retry-After is obeyed however long',
    file: backoff,
    find: '.clamp(0.0, LONGEST_RETRY_AFTER_S)',
    put: '.max(0.0)',
    fails: 'backoff::a_retry_after_that_is_too_long_or_none_at_all_is_bounded'
  },
  {
    what: 'a login that succeeds leaves the bound as it was',
    file: login,
    find: 'self.backoff.end();\n                self.generation',
    put: 'self.generation',
    fails: 'backoff::a_success_ends_it'
  },
  {
    what: 'login() waits, too',
    file: login,
    find: 'if !automatic {\n            self.backoff.end();',
    put: 'if false {\n            self.backoff.end();',
    fails: 'backoff::an_explicit_login_ends_it'
  },
  {
    what: 'login() counts as asked for only where it begins the login itself',
    file: login,
    find: 'matches!(call.options.goal, Goal::Login | Goal::Relogin)',
    put: 'matches!(call.options.goal, Goal::Relogin)',
    fails: 'backoff::an_explicit_login_that_waits_for_the_check_of_the_session_is_made_all_the_same'
  },
  {
    what: 'a phone that is offline backs off',
    file: login,
    find: ' && cause != Cause::Unsent',
    put: '',
    fails: 'backoff::what_fails_on_the_phones_own_side_does_not_back_off'
  },
  {
    what: 'a failed wx.login backs off',
    file: login,
    find: 'if matches!(step, Step::Request { .. }) && cause',
    put: 'if cause',
    fails: 'backoff::a_wx_login_that_fails_after_one_that_the_server_failed_asks_for_no_wait'
  },
  {
    what: 'the network that comes back changes nothing',
    file: lifecycle,
    find: 'Input::Returned => self.backoff.returned(),',
    put: 'Input::Returned => {}',
    fails: 'backoff::the_network_or_the_app_that_comes_back_ends_what_may_have_been_the_networks_fault'
  },
  {
    what: 'the network that comes back ends what the server asked for',
    file: backoff,
    find: 'last.is_unanswered)',
    put: 'last.wait_ms > 0.0)',
    fails: 'backoff::the_network_or_the_app_that_comes_back_ends_what_may_have_been_the_networks_fault'
  },
  {
    what: 'another server is left alone for the failures of the first',
    file: lifecycle,
    find: '            self.backoff.end();\n            if known',
    put: '            if known',
    fails: 'backoff::another_server_is_not_left_alone_for_the_first_ones_failures'
  },
  {
    what: 'callers are not told for how long',
    file: login,
    find: 'self.without_login(previous, failure, detail, wait_ms);\n            return;',
    put: 'self.without_login(previous, failure, detail, 0.0);\n            return;',
    fails: 'backoff::calls_meanwhile_fail_at_once_by_the_same_error_and_learn_for_how_long'
  }
]
