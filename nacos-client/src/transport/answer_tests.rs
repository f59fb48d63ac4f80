use super::*;

fn answer(status: u16, body: &'static str) -> Answer {
    Answer {
        status,
        body: Bytes::from_static(body.as_bytes()),
        server: crate::server_list::ServerAddress::parse("s:1").unwrap(),
        index: 0,
    }
}

fn kind(status: u16, body: &'static str) -> ErrorKind {
    answer(status, body).accepted().unwrap_err().kind()
}

#[test]
fn success_needs_code_zero() {
    assert!(
        answer(200, r#"{"code":0,"message":"success","data":true}"#)
            .data::<bool>()
            .unwrap()
    );
    assert_eq!(
        kind(200, r#"{"code":20004,"message":"resource not found","data":null}"#),
        ErrorKind::NotFound
    );
    assert_eq!(
        kind(200, r#"{"code":30000,"message":"config and naming not in readiness"}"#),
        ErrorKind::Unavailable
    );
}

#[test]
fn an_empty_or_foreign_200_is_no_success() {
    assert_eq!(kind(200, ""), ErrorKind::Decode);
    assert_eq!(kind(200, "Nacos Console default port is 8080"), ErrorKind::Decode);
    assert_eq!(kind(200, r#"{"status":"UP"}"#), ErrorKind::Decode);
}

#[test]
fn refusals_are_told_apart() {
    let spring = r#"{"timestamp":"t","status":403,"error":"Forbidden","message":"Code: 401, Message: token expired!.","path":"/p"}"#;
    assert_eq!(kind(403, spring), ErrorKind::Unauthorized);
    let spring = r#"{"timestamp":"t","status":403,"error":"Forbidden","message":"Code: 403, Message: authorization failed!.","path":"/p"}"#;
    assert_eq!(kind(403, spring), ErrorKind::Forbidden);
    assert_eq!(
        kind(
            403,
            r#"{"code":10001,"message":"access denied","data":"authorization failed!"}"#
        ),
        ErrorKind::Forbidden
    );
}

#[test]
fn an_envelope_inside_the_message_of_springs_page_is_read() {
    let body = r#"{"timestamp":"t","status":410,"error":"Gone","message":"{\"code\":40000,\"message\":\"deprecated\"}","path":"/p"}"#;
    let error = answer(410, body).accepted().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unsupported, Some(40000)));
}

#[test]
fn plain_text_and_html_are_understood() {
    let error = answer(
        400,
        "caused: Required parameter 'groupName' type String is not present;",
    )
    .accepted()
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("groupName"));
    assert_eq!(kind(404, "<!doctype html><html></html>"), ErrorKind::Unsupported);
}
