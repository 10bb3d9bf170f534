//! What hosts say, whose words they are, and why the call failed by them.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::Cause;
use wafer_client_wasm::core::Cause::{Aborted, Denied, Other, Privacy, Timeout, Unsent};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::json::Json;

/// Texts in the sources of public mini-programs, found in several repositories each.
const MINI_PROGRAMS: &str = "public mini-programs, which compare with it";
const ERRNO: &str = "developers.weixin.qq.com, Errno 错误码";
const HTTP_DNS: &str = "developers.weixin.qq.com, 移动解析 HttpDNS";
const PRIVACY: &str = "developers.weixin.qq.com, community 000eeafb418d88d523505d3556b400";
const INTERRUPTED: &str = "developers.weixin.qq.com, 网络 (使用限制)";
const ANDROID: &str = "WeChat for Android, its own texts";
const FLY: &str = "github.com/wendux/fly/issues/210";
/// Not seen anywhere, but of a kind that was.
const CONSTRUCTED: &str = "constructed";

fn cause(error: Tree) -> Cause {
    Cause::of(&Json(error))
}

/// A table of `errMsg`, cause and source.
fn check(table: &[(&str, Cause, &str)]) {
    for (message, expected, source) in table {
        assert_eq!(cause(json!({ "errMsg": message })), *expected, "{message} ({source})");
    }
}

#[test]
fn numbers_come_first() {
    for (error, expected, source) in [
        (json!({ "errno": 5, "errMsg": "request:fail timeout" }), Timeout, ERRNO),
        (json!({ "errno": 5, "errMsg": "request:fail" }), Timeout, CONSTRUCTED),
        (
            json!({ "errCode": 5, "errSubject": "uni-request", "errMsg": "time out" }),
            Timeout,
            "uni-app x, uni-network",
        ),
        (
            json!({ "errno": 104, "errMsg": "getUserInfo:fail privacy permission is not authorized" }),
            Privacy,
            PRIVACY,
        ),
        (
            json!({ "errno": 112, "errMsg": "getUserInfo:fail api scope is not declared in the privacy agreement" }),
            Privacy,
            "developers.weixin.qq.com, 小程序隐私协议开发指南",
        ),
        (json!({ "errno": 103, "errMsg": "getUserInfo:fail:jsapi user authorize denied" }), Denied, ANDROID),
        (
            json!({ "errno": 600001, "errMsg": "request:fail -130:net::ERR_PROXY_CONNECTION_FAILED" }),
            Other,
            HTTP_DNS,
        ),
        (
            json!({ "errno": 600001, "errMsg": "request:fail -118:net::ERR_CONNECTION_TIMED_OUT" }),
            Timeout,
            MINI_PROGRAMS,
        ),
        (json!({ "errno": 600002, "errMsg": "request:fail url not in domain list" }), Unsent, ERRNO),
        (json!({ "errno": 600003, "errMsg": "request:fail interrupted" }), Other, ERRNO),
        (json!({ "errno": 600003, "errMsg": "uploadFile:fail:network interrupted error" }), Other, ANDROID),
        (json!({ "errno": 600009, "errMsg": "request:fail invalid url \"abort\"" }), Other, CONSTRUCTED),
        (
            json!({ "errCode": -1001, "errMsg": "request:fail (NSURLErrorDomain)" }),
            Timeout,
            "developer.apple.com, NSURLErrorTimedOut",
        ),
        (json!({ "errCode": -118 }), Timeout, "chromium, net_error_list.h"),
        (
            json!({ "errno": 1, "errCode": 5, "errMsg": "request:fail" }),
            Other,
            "errno counts where both are given (Errno 错误码)",
        ),
    ] {
        assert_eq!(cause(error.clone()), expected, "{error} ({source})");
    }
}

#[test]
fn what_is_no_error_of_a_host_has_no_cause_of_its_own() {
    for error in [
        Tree::Null,
        json!({}),
        json!([]),
        json!("timeout"),
        json!({ "errMsg": null }),
        json!({ "errMsg": 5 }),
        json!({ "errMsg": {} }),
        json!({ "errMsg": "" }),
        json!({ "errMsg": ":" }),
        json!({ "errMsg": ":f" }),
        json!({ "errMsg": "request:ok" }),
        json!({ "errMsg": "request:fail" }),
        json!({ "errMsg": "request:fail " }),
        json!({ "errno": "5", "errMsg": "request:fail" }),
        json!({ "errno": [104] }),
        json!({ "errno": 1e300 }),
        json!({ "errno": 4_294_967_301_i64 }),
    ] {
        assert_eq!(cause(error.clone()), Other, "{error}");
    }
}

#[test]
fn a_timeout_is_a_timeout_on_every_platform() {
    check(&[
        // Base library, DevTools, HarmonyOS.
        ("request:fail timeout", Timeout, MINI_PROGRAMS),
        ("login:fail timeout", Timeout, MINI_PROGRAMS),
        ("uploadFile:fail timeout", Timeout, MINI_PROGRAMS),
        ("request:fail:timeout", Timeout, CONSTRUCTED),
        ("request:fail Timeout.", Timeout, CONSTRUCTED),
        ("request:fail:time out", Timeout, ERRNO),
        // Android.
        ("request:fail socket time out timeout:60000", Timeout, MINI_PROGRAMS),
        ("request:fail connect timed out", Timeout, MINI_PROGRAMS),
        ("request:fail -7:net::ERR_TIMED_OUT", Timeout, MINI_PROGRAMS),
        ("request:fail -118:net::ERR_CONNECTION_TIMED_OUT", Timeout, MINI_PROGRAMS),
        (
            "request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT",
            Timeout,
            HTTP_DNS,
        ),
        ("request:fail errcode:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT", Timeout, MINI_PROGRAMS),
        ("request:fail net::ERR_TIMED_OUT", Timeout, CONSTRUCTED),
        ("request:fail net::ERR_CONNECTION_TIMED_OUT", Timeout, CONSTRUCTED),
        // iOS.
        ("request:fail 请求超时。", Timeout, FLY),
        ("request:fail 请求超时", Timeout, MINI_PROGRAMS),
        ("request:fail The request timed out.", Timeout, MINI_PROGRAMS),
    ]);
}

#[test]
fn a_network_that_fails_is_no_abort_no_refusal_and_no_timeout() {
    check(&[
        ("request:fail net::ERR_CONNECTION_ABORTED", Other, CONSTRUCTED),
        ("request:fail -103:net::ERR_CONNECTION_ABORTED", Other, CONSTRUCTED),
        (
            "request:fail errcode:-103 cronet_error_code:-103 error_msg:net::ERR_CONNECTION_ABORTED",
            Other,
            CONSTRUCTED,
        ),
        ("request:fail Software caused connection abort", Other, CONSTRUCTED),
        (
            "request:fail abort statusCode:-1 Connection reset",
            Other,
            "github.com/feige996/unibest/issues/222",
        ),
        ("request:fail abort statusCode:-1", Other, "github.com/dcloudio/uni-app/issues/2073"),
        ("getUserInfo:fail net::ERR_NETWORK_ACCESS_DENIED", Other, CONSTRUCTED),
        ("getUserInfo:fail errcode:-138 error_msg:net::ERR_NETWORK_ACCESS_DENIED", Other, CONSTRUCTED),
        (
            "request:fail errcode:-102 cronet_error_code:-102 error_msg:net::ERR_CONNECTION_REFUSED",
            Other,
            MINI_PROGRAMS,
        ),
        (
            "request:fail errcode:-202 cronet_error_code:-202 error_msg:net::ERR_CERT_AUTHORITY_INVALID",
            Other,
            MINI_PROGRAMS,
        ),
        (
            "request:fail errcode:-130 cronet_error_code:-130 error_msg:net::ERR_PROXY_CONNECTION_FAILED",
            Other,
            HTTP_DNS,
        ),
        ("request:fail -2:net::ERR_FAILED", Other, MINI_PROGRAMS),
        ("request:fail -105:net::ERR_NAME_NOT_RESOLVED", Unsent, MINI_PROGRAMS),
        ("request:fail -109:net::ERR_ADDRESS_UNREACHABLE", Unsent, MINI_PROGRAMS),
        ("request:fail ssl hand shake error", Other, MINI_PROGRAMS),
        ("request:fail request connect error", Other, FLY),
        ("request:fail interrupted", Other, INTERRUPTED),
        ("request:fail 网络连接已中断。", Other, FLY),
        ("request:fail 似乎已断开与互联网的连接。", Unsent, FLY),
        ("request:fail The Internet connection appears to be offline.", Unsent, MINI_PROGRAMS),
        ("request:fail 未能找到使用指定主机名的服务器。", Unsent, MINI_PROGRAMS),
        ("request:fail 未能完成操作。（kCFErrorDomainCFNetwork错误310。）", Other, MINI_PROGRAMS),
        (
            "request:fail Unable to resolve host \"yry-api.mishi.cn\": No address associated with hostname",
            Unsent,
            FLY,
        ),
        (
            "request:fail url not in domain list",
            Unsent,
            "github.com/wechat-miniprogram/miniprogram-demo/issues/7",
        ),
        (
            "downloadFile:fail url not in domain list",
            Unsent,
            "github.com/jasondu/wxa-plugin-canvas/issues/169",
        ),
        ("request:fail url not in domain list:abort.example.com", Unsent, CONSTRUCTED),
        ("request:fail timeout.example.com is no server", Other, CONSTRUCTED),
        ("request:fail abort.example.com", Other, CONSTRUCTED),
        ("request:fail privacy.example.com", Other, CONSTRUCTED),
        ("https://abort", Other, CONSTRUCTED),
        ("/request:fail abort", Other, CONSTRUCTED),
        ("https:fail", Other, CONSTRUCTED),
    ]);
}

#[test]
fn an_abort_is_what_wx_calls_so() {
    check(&[
        ("request:fail abort", Aborted, "github.com/hongyangAndroid/wanandroid/issues/198"),
        ("uploadFile:fail abort", Aborted, MINI_PROGRAMS),
        ("downloadFile:fail abort", Aborted, CONSTRUCTED),
        ("request:fail aborted", Other, CONSTRUCTED),
    ]);
}

#[test]
fn a_refusal_is_the_users_word() {
    check(&[
        ("getUserInfo:fail auth deny", Denied, "github.com/tencentyun/wafer2-quickstart-nodejs/issues/21"),
        ("getUserProfile:fail auth deny", Denied, MINI_PROGRAMS),
        ("getUserInfo:fail auth denied", Denied, MINI_PROGRAMS),
        ("getUserInfo:fail:auth denied", Denied, MINI_PROGRAMS),
        ("getUserInfo:fail auth cancel", Denied, ANDROID),
        ("getPhoneNumber:fail user deny", Denied, MINI_PROGRAMS),
        ("getPhoneNumber:fail:user deny", Denied, CONSTRUCTED),
        ("getUserInfo:fail scope unauthorized", Other, MINI_PROGRAMS),
        ("getUserInfo:fail system permission denied", Other, ANDROID),
        ("getPhoneNumber:fail no permission", Other, MINI_PROGRAMS),
        ("getPhoneNumber:fail operateWXData:fail jsapi has no permission", Other, MINI_PROGRAMS),
    ]);
}

#[test]
fn privacy_is_not_a_refusal() {
    check(&[
        ("getUserProfile:fail privacy permission is not authorized", Privacy, PRIVACY),
        (
            "getUserInfo:fail privacy permission is not authorized in gap",
            Privacy,
            "developers.weixin.qq.com, 小游戏隐私",
        ),
        ("getPhoneNumber:fail api scope is not declared in the privacy agreement", Privacy, MINI_PROGRAMS),
    ]);
}

#[test]
fn other_hosts_are_understood_where_they_speak_like_wx() {
    check(&[
        ("getUserInfo:fail auth deny", Denied, "Xiaohongshu, github.com/redengineer/redmini/issues/37"),
        (
            "getUserProfile:fail can only be invoked by set button component open-type props equal \"getUserInfo\"",
            Other,
            "Xiaohongshu, github.com/redengineer/redmini/issues/1677",
        ),
        ("getUserProfile:fail getUserAvatarInfo fail", Other, "github.com/dcloudio/uni-app/issues/2926"),
        ("request:fail timeout", Timeout, "Douyin (constructed)"),
    ]);
    // Alipay has numbers of its own in `error`, of which the same one is a timeout of my.request and a missing
    // permission of my.uploadFile.
    assert_eq!(cause(json!({ "error": 13, "errorMessage": "超时" })), Other, "my.request, 错误码");
}
