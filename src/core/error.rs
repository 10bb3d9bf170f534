//! What can go wrong, under the codes that callers see.

use super::texts::texts;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])* $name:ident = $value:literal, $meaning:literal, $cure:literal;)+) => {
        texts! {
            /// The `type` of an error, with the values of wafer-client-sdk where it has the same error.
            ErrorCode { $($(#[doc = $doc])* $name = $value,)+ }
        }

        impl ErrorCode {
            /// What is documented of each code, in the order of [`ErrorCode::ALL`]: a sentence in English for the
            /// typings, then the meaning and the cure in Chinese for the package's README.
            pub const DOCUMENTED: &[[&str; 3]] = &[$([concat!($($doc),*), $meaning, $cure],)+];
        }
    };
}

error_codes! {
    /// A parameter or the configuration is missing or wrong.
    InvalidParams = "ERR_INVALID_PARAMS", "参数或配置缺失、错误", "按消息里指出的项改正";
    /// `wx.login` failed.
    WxLoginFailed = "ERR_WX_LOGIN_FAILED", "`wx.login` 失败", "检查网络后重试";
    /// User data could not be had from WeChat.
    WxGetUserInfo = "ERR_WX_GET_USER_INFO", "没有取得微信用户数据", "登录完成之后，让用户再点一次";
    /// A step of the login did not answer before its deadline.
    LoginTimeout = "ERR_LOGIN_TIMEOUT", "登录的某一步超过期限", "检查网络后重试；期限见 `deadlines`";
    /// The login request failed, or the server refused it.
    LoginFailed = "ERR_LOGIN_FAILED", "登录请求失败，或服务器拒绝", "看 `detail` 里服务器的话和 `statusCode`";
    /// The login answer holds no session. The value is the one of wafer-client-sdk.
    LoginMissingSession = "ERR_LOGIN_MISSING_SESSION", "登录的回答里没有会话（值为 `ERR_LOGIN_MISSING_SESSION`）", "检查登录地址；消息会指出服务器说的是不是另一种协议";
    /// The server refused the session, also after a new login.
    InvalidSession = "ERR_INVALID_SESSION", "重新登录之后服务器仍说过期", "检查服务器的会话存储";
    /// The server could not check the session; the session stays.
    CheckLoginFailed = "ERR_CHECK_LOGIN_FAILED", "服务器无法检查会话；会话保留", "稍后重试，检查服务器";
    /// The WebAssembly module could not be loaded, or failed while it ran. The next call starts it anew.
    WasmLoad = "ERR_WASM_LOAD", "内核没有加载成功，或运行出错", "见[问题排查](#问题排查)；下一个调用会重新加载";
    /// The caller aborted the call.
    Aborted = "ERR_ABORTED", "调用者取消了请求", "";
    /// The request did not settle in time.
    Timeout = "ERR_TIMEOUT", "请求超过期限", "检查网络后重试";
    /// The request failed before an answer came.
    Network = "ERR_NETWORK", "请求失败，没有得到回答", "看 `errMsg`；检查网络和合法域名";
    /// A call with `login: true` goes where the session does not belong; see `trustedOrigins`.
    UntrustedOrigin = "ERR_UNTRUSTED_ORIGIN", "`login: true` 发往登录态不该去的源", "加入 `trustedOrigins`，或去掉 `login`";
    /// `clearSession()` ended the login that the call waited for.
    LoginDiscarded = "ERR_LOGIN_DISCARDED", "等待的登录被 `clearSession()` 作废", "需要时重新发起";
    /// Too many logins; see `maxLoginsPerMinute`.
    LoginLimit = "ERR_LOGIN_LIMIT", "登录过于频繁", "检查服务器是否总说过期；上限见 `maxLoginsPerMinute`";
    /// Login does not exist here: single-page mode.
    LoginUnavailable = "ERR_LOGIN_UNAVAILABLE", "单页模式（朋友圈打开）没有登录", "引导用户打开小程序";
    /// The user, or the privacy agreement that the user has not accepted, forbids it.
    UserDenied = "ERR_USER_DENIED", "用户拒绝，或没有同意隐私保护指引", "等用户再次点击";
    /// The session could not be stored. Reported by `onEvent`, never by a call.
    Storage = "ERR_STORAGE", "会话没能存入本地；只由 `onEvent` 报告", "检查本地存储是否已满";
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
