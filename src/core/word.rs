//! The vocabulary of the wire and of the configuration: every name and literal that a wafer server, a stored session, a
//! host's error or a setting uses.

use super::texts::texts;

texts! {
    /// A name or literal of the wafer protocols, of a host's error, or of the configuration. The host learns the text once and then speaks in numbers.
    Word {
        /// Key that marks a body as written by a wafer (v1) server SDK.
        Magic = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A",
        /// `error` of a refusal, in wafer and wafer2.
        Error = "error",
        /// `message` beside `error`.
        Message = "message",
        /// `session` of a wafer login answer.
        Session = "session",
        /// `id` of a wafer session.
        Id = "id",
        /// `skey` of a session.
        Skey = "skey",
        /// `userInfo` of a wafer session.
        UserInfo = "userInfo",
        /// `userinfo` of a wafer2 login answer and stored session.
        Userinfo = "userinfo",
        /// `code` of a wafer2 body.
        Code = "code",
        /// `data` of a wafer2 body.
        Data = "data",
        /// `time` of a wafer2 login answer.
        Time = "time",
        /// wafer's refusal of a session.
        InvalidSession = "ERR_INVALID_SESSION",
        /// wafer2's refusal of a session.
        SkeyInvalid = "ERR_SKEY_INVALID",
        /// wafer2's `code` of a good answer.
        Zero = "0",
        /// wafer2's `code` of every refusal.
        MinusOne = "-1",
        /// Login header: what `wx.login` gave.
        HeaderCode = "X-WX-Code",
        /// Header: user data encrypted under the session_key.
        HeaderEncryptedData = "X-WX-Encrypted-Data",
        /// Header: the initial vector of the encrypted data.
        HeaderIv = "X-WX-IV",
        /// Session header: the session's id (wafer only).
        HeaderId = "X-WX-Id",
        /// Session header: the session's key.
        HeaderSkey = "X-WX-Skey",
        /// `encryptedData` of what `wx.getUserInfo` answers.
        EncryptedData = "encryptedData",
        /// `iv` of what `wx.getUserInfo` answers.
        Iv = "iv",
        /// Packet of the tunnel: the server closes it.
        Close = "close",
        /// Packet of the tunnel: the other side wants to know whether this one lives.
        Ping = "ping",
        /// Packet of the tunnel: the server's own wait between pings.
        Timeout = "timeout",
        /// `errno` of what a host answers when it fails; WeChat's page "Errno 错误码" lists the values.
        Errno = "errno",
        /// `errCode` of older hosts and of uni-app x, which gives it the values of `errno`.
        ErrCode = "errCode",
        /// `errMsg` of every answer of a host.
        ErrMsg = "errMsg",
        /// `retryAfter` of what js/ says of a refused login: the header of that name, in s.
        RetryAfter = "retryAfter",
        /// Setting: where to log in.
        LoginUrl = "loginUrl",
        /// Setting: a list of URLs.
        TrustedOrigins = "trustedOrigins",
        /// Setting: how many logins that no user asked for, a minute.
        MaxLoginsPerMinute = "maxLoginsPerMinute",
        /// Setting: when WeChat is asked; `launch` is the third choice.
        CheckSession = "checkSession",
        /// Choice of `checkSession`.
        Always = "always",
        /// Choice of `checkSession`.
        Never = "never",
        /// Setting: what is sent at login; `code` is the other choice.
        LoginMode = "loginMode",
        /// Choice of `loginMode`.
        CodeAndUserInfo = "code+userInfo",
        /// Setting: a record of durations in ms.
        Deadlines = "deadlines",
        /// Duration of `deadlines`.
        LoginMs = "loginMs",
        /// Duration of `deadlines`.
        CheckSessionMs = "checkSessionMs",
        /// Duration of `deadlines`.
        LoginRequestMs = "loginRequestMs",
    }
}
