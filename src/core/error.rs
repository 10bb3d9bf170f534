//! What can go wrong, under the codes that callers see.

use super::texts::texts;

texts! {
    /// The `type` of an error, with the values of wafer-client-sdk where it has the same error.
    ErrorCode {
        /// A parameter or the configuration is missing or wrong.
        InvalidParams = "ERR_INVALID_PARAMS",
        /// `wx.login` failed.
        WxLoginFailed = "ERR_WX_LOGIN_FAILED",
        /// User data could not be had.
        WxGetUserInfo = "ERR_WX_GET_USER_INFO",
        /// A step of the login did not answer before its deadline.
        LoginTimeout = "ERR_LOGIN_TIMEOUT",
        /// The login request failed or the server refused it.
        LoginFailed = "ERR_LOGIN_FAILED",
        /// The login answer has no session (`ERR_LOGIN_SESSION_NOT_RECEIVED`).
        LoginMissingSession = "ERR_LOGIN_MISSING_SESSION",
        /// The server refused the session, also after a new login.
        InvalidSession = "ERR_INVALID_SESSION",
        /// The server could not check the session.
        CheckLoginFailed = "ERR_CHECK_LOGIN_FAILED",
        /// The WebAssembly module could not be loaded, or failed.
        WasmLoad = "ERR_WASM_LOAD",
        /// The caller aborted the call.
        Aborted = "ERR_ABORTED",
        /// The request did not settle in time.
        Timeout = "ERR_TIMEOUT",
        /// The request failed before an answer came.
        Network = "ERR_NETWORK",
        /// A call that needs the session goes where the session does not belong.
        UntrustedOrigin = "ERR_UNTRUSTED_ORIGIN",
        /// `clearSession()` ended the login that the call waited for.
        LoginDiscarded = "ERR_LOGIN_DISCARDED",
        /// Too many logins.
        LoginLimit = "ERR_LOGIN_LIMIT",
        /// Login does not exist here (single-page mode).
        LoginUnavailable = "ERR_LOGIN_UNAVAILABLE",
        /// The user, or the privacy agreement that the user has not accepted, forbids it.
        UserDenied = "ERR_USER_DENIED",
        /// The session could not be stored; reported as an event, never fatal.
        Storage = "ERR_STORAGE",
    }
}

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $class:ident, $code:ident, $message:literal,)+) => {
        texts! {
            /// One way to fail: an error class, a code and a message that says what happened and what to do. The text is
            /// `L<code> <message>` for a LoginError, `R<code> <message>` for a RequestError. One literal each, so that
            /// the wasm needs no formatting; a test holds the code in it to [`Failure::code`].
            Failure { $($(#[$doc])* $name = concat!(stringify!($class), $message),)+ }
        }

        impl Failure {
            /// The code that callers see.
            pub fn code(self) -> ErrorCode {
                match self { $(Failure::$name => ErrorCode::$code,)+ }
            }
        }
    };
}

failures! {
    /// A call needs a session and no login URL is configured.
    NoLoginUrl = L, InvalidParams, "ERR_INVALID_PARAMS 登录错误：缺少登录地址，请先通过 setLoginUrl() 或 configure({ loginUrl }) 设置",
    /// The URL of a call is not an absolute http(s) URL.
    InvalidUrl = R, InvalidParams, "ERR_INVALID_PARAMS 请求地址无效：url 应为不含空白、反斜杠和用户信息的 http(s) 绝对地址，或配合 baseUrl 使用的相对地址",
    /// `wx.login` failed.
    WxLogin = L, WxLoginFailed, "ERR_WX_LOGIN_FAILED 微信登录失败，请检查网络状态后重试",
    /// User data could not be had.
    UserInfo = L, WxGetUserInfo, "ERR_WX_GET_USER_INFO 获取微信用户信息失败，请在 login() 成功后由用户点击时调用，并检查网络状态",
    /// The session changed while the user was asked, so that the data may belong to an old session_key.
    UserInfoOutdated = L, WxGetUserInfo, "ERR_WX_GET_USER_INFO 获取用户信息期间重新登录过，加密数据可能已失效，请用户再点击一次",
    /// The user refused.
    UserDenied = L, UserDenied, "ERR_USER_DENIED 用户拒绝授权，请在用户再次点击后重试",
    /// The user has not accepted the privacy agreement (errno 104).
    PrivacyRefused = L, UserDenied, "ERR_USER_DENIED 用户尚未同意隐私保护指引，请引导用户同意后重试",
    /// A step of the login hung.
    LoginTimeout = L, LoginTimeout, "ERR_LOGIN_TIMEOUT 登录超时，请检查网络状态后重试",
    /// The login request got no answer.
    LoginNetwork = L, LoginFailed, "ERR_LOGIN_FAILED 登录失败，可能是网络错误或者服务器发生异常",
    /// The login request was answered with another status than 2xx.
    LoginHttp = L, LoginFailed, "ERR_LOGIN_FAILED 登录失败，服务器没有返回 HTTP 2xx，请检查登录地址和服务器",
    /// The server refused the login.
    LoginRefused = L, LoginFailed, "ERR_LOGIN_FAILED 登录失败，服务器拒绝了登录请求",
    /// The login answer has no session in it.
    NoSession = L, LoginMissingSession, "ERR_LOGIN_MISSING_SESSION 登录请求没有包含会话响应，请确保服务器在登录地址上正确使用了 SDK 输出登录结果",
    /// A wafer client met a wafer2 server.
    SpeaksWafer2 = L, LoginMissingSession, "ERR_LOGIN_MISSING_SESSION 服务器返回的是 wafer2 格式，请使用 configure({ protocol: 'wafer2' })",
    /// A wafer2 client met a wafer server.
    SpeaksWafer = L, LoginMissingSession, "ERR_LOGIN_MISSING_SESSION 服务器返回的是 wafer 格式，请使用 configure({ protocol: 'wafer' })",
    /// Log-out, or a change of the login URL, came while the call waited for a login.
    LoginDiscarded = L, LoginDiscarded, "ERR_LOGIN_DISCARDED 等待登录期间会话已被清除，请在需要时重新发起",
    /// The login budget is used up.
    LoginLimit = L, LoginLimit, "ERR_LOGIN_LIMIT 登录过于频繁，已停止自动登录，请稍后重试，并检查服务器是否总是返回会话过期",
    /// No login in single-page mode.
    LoginUnavailable = L, LoginUnavailable, "ERR_LOGIN_UNAVAILABLE 单页模式（朋友圈打开）下不能登录，请引导用户前往小程序",
    /// The session was refused again after a login.
    SessionRefused = R, InvalidSession, "ERR_INVALID_SESSION 登录态已过期",
    /// The session expired and the user data that the caller gave was encrypted under the old session_key.
    UserDataOutdated = R, InvalidSession, "ERR_INVALID_SESSION 登录态已过期，加密数据随之失效，请重新获取用户信息后再试",
    /// The server could not check the session.
    CheckLogin = R, CheckLoginFailed, "ERR_CHECK_LOGIN_FAILED 鉴权服务器检查登录态发生错误，会话已保留，请稍后重试",
    /// The session does not belong there.
    Untrusted = R, UntrustedOrigin, "ERR_UNTRUSTED_ORIGIN 请求地址不属于登录地址的域名，会话不会发往该处；如确需发送，请加入 configure({ trustedOrigins })",
    /// The caller aborted the call.
    Aborted = R, Aborted, "ERR_ABORTED 请求已被取消",
    /// The request hung, or wx gave up on it.
    Timeout = R, Timeout, "ERR_TIMEOUT 请求超时，请检查网络状态后重试",
    /// The request failed.
    Network = R, Network, "ERR_NETWORK 请求失败，请检查网络状态和服务器域名配置",
}
