//! The numbers that cross between JS and the core. js/codes.ts is written from here (`make codes`), so that each number
//! is declared once.

numbers! {
    /// What a command asks for.
    Op {
        /// There is no command.
        Nothing,
        /// Read the stored session; answer `Stored`.
        ReadSession,
        /// Store `value()`.
        WriteSession,
        /// Delete the stored session.
        RemoveSession,
        /// The session is now the record `value()`, see `Session::into_record`; there is none if that is undefined.
        Session,
        /// Ask `wx.checkSession` as flight `number(0)`.
        CheckSession,
        /// Ask `wx.login` as flight `number(0)`; `number(1)` is for `Restore`.
        WxLogin,
        /// Ask `wx.getUserInfo` as flight `number(0)`.
        LoginUserInfo,
        /// Send the login request of the record `value()` as flight `number(0)`; see `Command::LoginRequest`.
        LoginRequest,
        /// Ask for user data for the call.
        UserInfo,
        /// Send the call's request with the facts `number(0)`, which tell whether the session signs it, and the further
        /// headers `value()`, if any.
        Send,
        /// Abort the call's request.
        AbortRequest,
        /// The call succeeded.
        Succeed,
        /// The call failed by failure `number(0)`, as others will for `number(1)` ms; `value()` is the detail, if any.
        Fail,
        /// Answer `Tick` in `number(0)` ms.
        Wake,
        /// Tell the listeners of event kind `number(0)`, of failure `number(1)` unless that is -1; it belongs to the
        /// call, unless that is 0.
        Event,
    }
}

numbers! {
    /// Kinds of input for [`input`](crate::bindings::input): what they mean, and what `number`, `code`, `value` and
    /// `detail` are.
    InputKind {
        /// The timer went off.
        Tick,
        /// The instance takes the place of one that was lost after it had told `number` with its last `WxLogin`.
        Restore,
        /// `number` tells whether anybody listens to events.
        Observe,
        /// The settings have changed: they are the record `value`, and `number` is that of the protocol: 0 for wafer, 1 for
        /// wafer2, another one for each of the developer's own.
        Configure,
        /// The app logged out.
        Clear,
        /// Call `number` was aborted while the core kept it.
        Abort,
        /// Call `number` was aborted on its way.
        AbortSent,
        /// The storage holds `value`.
        Stored,
        /// Flight `number` found that WeChat's session_key is good if `code` is 1, and that it is not if it is 0.
        Checked,
        /// `wx.login` gave the code `value` to flight `number`; `code` is a random number of 32 bits.
        Code,
        /// There is no login API here, flight `number` found.
        LoginUnavailable,
        /// `wx.getUserInfo` gave `value` to flight `number`.
        LoginUserInfo,
        /// The login request of flight `number` was answered with status `code` and body `value`; `detail` is what the
        /// server said.
        LoginAnswered,
        /// The login request of flight `number` was not sent, because the app's protocol threw `value`.
        LoginUnsent,
        /// The login step of flight `number` failed by the host's error `value`.
        LoginFailed,
        /// User data `value` came for call `number`.
        UserInfo,
        /// User data for call `number` could not be had, by the host's error `value`.
        UserInfoFailed,
        /// The request of call `number` failed by the host's error `value`.
        Failed,
        /// The request of call `number` has been on its way for `code` ms; `value` is its timeout in ms, or 0.
        Pending,
        /// The network or the app is back.
        Returned,
    }
}

numbers! {
    /// Tables of text for [`text`](crate::bindings::text).
    Table {
        /// [`Failure::TEXTS`](crate::core::Failure::TEXTS).
        Failure,
        /// [`EventKind::TEXTS`](crate::core::EventKind::TEXTS).
        Event,
        /// [`Word::TEXTS`](crate::core::Word::TEXTS).
        Word,
        /// [`TUNNEL_ERRORS`](crate::core::TUNNEL_ERRORS).
        Tunnel,
    }
}

numbers! {
    /// Kinds of input for [`tunnel`](crate::bindings::tunnel), each for the
    /// [`TunnelInput`](crate::core::TunnelInput) of the same name.
    TunnelInputKind {
        /// With `max_tries` and `increase_ms`.
        Open,
        /// Nothing with it.
        Offered,
        /// With a random number.
        NotConnected,
        /// Nothing with it.
        Opened,
        /// With a random number.
        Lost,
        /// With a random number.
        Tick,
        /// Nothing with it.
        Close,
        /// Nothing with it.
        Returned,
        /// A packet: with the number that it says, if any, and the place of its type. That decides which input this is.
        Packet,
    }
}

macro_rules! bits {
    ($(#[doc = $doc:literal])* $module:ident {
        $($(#[doc = $bit_doc:literal])* $name:ident / $js:literal = $value:literal,)+
    }) => {
        $(#[doc = $doc])*
        pub mod $module {
            $($(#[doc = $bit_doc])* pub const $name: u32 = $value;)+

            /// What is generated of it: the documentation, and the entries by their names in js/.
            pub const DECLARED: (&str, &[(&str, u32)]) = (concat!($($doc, "\n"),*), &[$(($js, $name),)+]);
        }
    };
}

bits! {
    /// Bits of a command: its [`Op`] is below [`MORE`](command::MORE).
    command {
        /// More commands follow.
        MORE / "More" = 32,
        /// So many bits lie below the call's id.
        ID_SHIFT / "Id" = 6,
    }
}

bits! {
    /// Bits of the facts of a call that go with its request and come back with what becomes of it. Those of a call
    /// that begins are its goal, `LOGIN` and `WITH_USER_INFO`. The number of the session that signed the request
    /// stands above them, in units of [`GENERATION`](facts::GENERATION): 0 for a bare one.
    facts {
        /// The goal is below this.
        LOGIN / "Login" = 8,
        /// `withUserInfo: true`.
        WITH_USER_INFO / "WithUserInfo" = 16,
        /// The retry is above so many bits.
        RETRY_SHIFT / "RetryShift" = 5,
        /// WeChat was asked on behalf of the call.
        CHECKED / "Checked" = 128,
        /// The unit of the session's number.
        GENERATION / "Generation" = 256,
    }
}
