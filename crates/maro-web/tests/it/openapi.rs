//! The description of the API that is checked in.

use std::path::Path;

#[test]
fn the_description_that_is_checked_in_is_current() {
    let file = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/maro.json"
    ));
    let current = maro_web::openapi().to_pretty_json().unwrap();
    if std::env::var_os("MARO_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, format!("{current}\n")).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        kept.trim_end() == current,
        "openapi/maro.json is not current; run this test with MARO_BLESS=1"
    );
}

#[test]
fn every_operation_has_a_name_a_summary_and_problems() {
    let document = serde_json::to_value(maro_web::openapi()).unwrap();
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["operationId"].is_string(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["responses"]["4XX"].is_object(), "{method} {path}");
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen} operations");
}
