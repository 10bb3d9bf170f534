/**
 * Ways to break the core on purpose: in `file`, `find` (which stands there once) becomes `put`, and the test
 * `fails` has to notice. By the guarantee that breaks.
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

export const mutations = [
  // 1. One login
  {
    what: 'a call begins a login of its own while one runs',
    file: requests,
    find: 'Phase::LoggingIn { .. } => Next::Wait,',
    put: 'Phase::LoggingIn { .. } => Next::LogIn(None),',
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
    find: 'Phase::LoggingIn { previous: None, .. } if !login => Next::GoBare,',
    put: 'Phase::LoggingIn { previous: None, .. } if !login => Next::Wait,',
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
    find: 'self.phase = previous.map_or(Phase::Absent, Phase::Unchecked);\n        self.event_of(',
    put: 'drop(previous);\n        self.phase = Phase::Absent;\n        self.event_of(',
    fails: 'only_expiry::a_login_that_fails_in_any_way_keeps_the_session_that_the_server_has_not_refused'
  },
  {
    what: 'a login that the budget forbids ends the session before it',
    file: login,
    find: 'self.phase = previous.map_or(Phase::Absent, Phase::Unchecked);\n            self.login_over(',
    put: 'drop(previous);\n            self.phase = Phase::Absent;\n            self.login_over(',
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
    find: 'const GUARD_MS: f64 = 5_000.0;',
    put: 'const GUARD_MS: f64 = 6_000.0;',
    fails: 'settles::a_request_that_wx_never_settles_is_aborted_five_seconds_past_its_own_timeout'
  },
  {
    what: 'a timeout may be longer than any timer',
    file: lifecycle,
    find: 'let in_ms = in_ms.min(LONGEST_MS);',
    put: '',
    fails: 'settles::timeouts_beyond_what_a_timer_can_wait_settle_in_the_end'
  },
  {
    what: 'an answer counts for whatever attempt is on its way',
    file: requests,
    find: 'let Stage::Sent { signed_by, .. } = call.stage else { return };\n        if call.attempt != attempt {',
    put: 'let Stage::Sent { signed_by, .. } = call.stage else { return };\n        if call.attempt != attempt && false {',
    fails: 'settles::an_answer_to_the_first_attempt_that_comes_again_during_the_retry_is_not_the_retrys'
  },
  {
    what: 'an answer counts for whatever login step is on its way',
    file: login,
    find: '} if flight == answered => Some((previous, step)),',
    put: '} if flight == answered || true => Some((previous, step)),',
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
    find: 'automatic_ones >= max_per_minute',
    put: 'automatic_ones >= max_per_minute && false',
    fails: 'bounded_logins::calls_one_after_the_other_against_such_a_server_log_in_five_times_a_minute'
  },
  {
    what: 'no limit a second',
    file: budget,
    find: 'now_ms - login.at_ms < SECOND_MS)',
    put: 'now_ms - login.at_ms < 0.0)',
    fails: 'bounded_logins::nobody_gets_more_than_four_logins_in_any_second'
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
    find: 'let logged_out = signed_by <= self.logged_out;',
    put: 'let logged_out = signed_by < Generation(0);',
    fails: 'log_out::a_request_of_the_old_session_is_not_resent_under_the_session_of_the_next_user'
  },
  // 8. The session goes only where it belongs
  {
    what: 'requests anywhere are signed',
    file: requests,
    find: 'Place::Foreign | Place::LoginUrl | Place::Invalid => Next::GoBare,',
    put: 'Place::Foreign | Place::LoginUrl | Place::Invalid => self.next(login, anew, checked),',
    fails: 'places::the_login_url_gets_no_session_headers_whoever_asks_for_it'
  },
  {
    what: 'a call that needs the session may go elsewhere',
    file: lifecycle,
    find: 'Place::Foreign if options.login => Some(',
    put: 'Place::Foreign if options.login && false => Some(',
    fails: 'places::a_call_that_needs_the_session_elsewhere_fails_and_sends_nothing'
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
    find: 'Some(login_url) if login_url.is_login(&address) => Place::LoginUrl,',
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
    what: 'a warm call sets a timer',
    file: lifecycle,
    find: 'if deadline_ms < self.wake_ms {',
    put: 'if deadline_ms < self.wake_ms || true {',
    fails: 'warm::a_warm_call_sets_no_timer_of_its_own'
  },
  {
    what: 'a warm call asks WeChat',
    file: requests,
    find: '!checked && self.settings.check == CheckMode::Always => {',
    put: '!checked && self.settings.check != CheckMode::Never => {',
    fails: 'warm::after_a_restored_session_a_call_is_one_request'
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
    fails: 'user_data::after_an_expiry_the_data_is_fetched_anew_and_the_old_is_never_resent'
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
    find: 'if known && (elsewhere ||',
    put: 'if known && (elsewhere && false ||',
    fails: 'reconfiguration::a_login_url_at_another_origin_ends_the_session_of_the_old_one'
  },
  {
    what: 'a clock that is set forth passes deadlines',
    file: clock,
    find: '(self.timed_ms + step).min(wake_ms)',
    put: '(self.timed_ms + step).min(wake_ms.max(f64::INFINITY))',
    fails: 'clock::a_clock_that_is_set_forth_ends_no_other_calls_patience'
  },
  {
    what: 'a clock that is set back shortens what follows',
    file: lifecycle,
    find: 'if set_back && self.wake_ms.is_finite() {',
    put: 'if set_back && self.wake_ms.is_nan() {',
    fails: 'clock::a_clock_that_is_set_back_after_a_long_silence_ends_no_new_call_early'
  }
]
