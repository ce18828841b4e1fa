//! The dialects, and what is not a report.

use super::*;
use crate::findings::{FailureKind, Outcome, Totals};

fn read(xml: &str) -> Result<Report, JunitError> {
    let mut report = Report::default();
    read_into(&mut report, xml.as_bytes())?;
    Ok(report)
}

fn totals(report: &Report) -> [u64; 6] {
    let Totals {
        tests,
        passed,
        failed,
        errors,
        skipped,
        flaky,
    } = report.totals;
    [tests, passed, failed, errors, skipped, flaky]
}

#[test]
fn dialects_are_counted_case_by_case() {
    let cases = [
        (
            "<testsuite><testcase name='a'/></testsuite>",
            [1, 1, 0, 0, 0, 0],
        ),
        ("<testsuites tests='9' failures='9'/>", [0; 6]),
        (
            "<testsuites><testsuite><testsuite><testcase><failure/></testcase></testsuite>\
             <testcase><error/></testcase></testsuite></testsuites>",
            [2, 0, 1, 1, 0, 0],
        ),
        (
            "<testsuite><testcase><skipped/></testcase><testcase status='notrun'/>\
             <testcase status='run'/></testsuite>",
            [3, 1, 0, 0, 2, 0],
        ),
        (
            "<testsuite><testcase><failure/><rerunFailure/></testcase>\
             <testcase><flakyFailure/><flakyError/></testcase></testsuite>",
            [2, 1, 1, 0, 0, 1],
        ),
        (
            "<testsuite><testcase name='a'><error/></testcase><testcase name='a'/></testsuite>",
            [2, 1, 0, 1, 0, 1],
        ),
        (
            "<testsuite><properties><property name='x'/></properties><testcase><error/><failure/>\
             <system-out>x</system-out></testcase><wat><testcase/></wat></testsuite>",
            [1, 0, 1, 0, 0, 0],
        ),
    ];
    for (xml, expected) in cases {
        assert_eq!(totals(&read(xml).unwrap()), expected, "{xml}");
    }
}

#[test]
fn a_failure_keeps_what_it_said() {
    let report = read(
        "<testsuites name='all' time='2'><testsuite name='api' timestamp='2026-11-21T10:00:00' time='1.5'>\
         <testcase classname='c' name='n &lt; 1' time='0.5'>\
         <failure type='Oops' message='1 &amp;lt; 2'>at <![CDATA[<x>]]>&#10;&nbsp;&amp;</failure>\
         </testcase><testcase><flakyError><stackTrace>deep</stackTrace><system-out>no</system-out>\
         </flakyError></testcase></testsuite></testsuites>",
    )
    .unwrap();
    assert_eq!(report.name.as_deref(), Some("all"));
    assert_eq!(report.duration_ms, 2_000);
    assert_eq!(
        report.started_at.unwrap().to_rfc3339(),
        "2026-11-21T10:00:00+00:00"
    );
    assert_eq!(report.outcome(), Outcome::Failed);
    let [failed, flaky] = report.failures.as_slice() else {
        panic!("two failures")
    };
    assert_eq!(failed.case.suite, "api");
    assert_eq!(failed.case.name, "n < 1");
    assert_eq!(failed.failure_type.as_deref(), Some("Oops"));
    assert_eq!(failed.message, "1 &lt; 2");
    assert_eq!(failed.details, "at <x>\n&nbsp;&");
    assert_eq!((flaky.flaky, flaky.kind), (true, FailureKind::Error));
    assert_eq!(
        (flaky.details.as_str(), flaky.message.as_str()),
        ("deep", "deep")
    );
}

#[test]
fn files_of_one_run_add_up() {
    let mut report = Report::default();
    for name in ["a", "a", "b"] {
        let xml = format!("<testsuite name='{name}' time='1'><testcase name='x'/></testsuite>");
        read_into(&mut report, xml.as_bytes()).unwrap();
        assert_eq!(report.name.is_some(), name == "a");
    }
    assert_eq!((report.totals.passed, report.duration_ms), (3, 3_000));
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let place = |xml: &str| match read(xml).unwrap_err() {
        JunitError::Malformed { line, column, .. } => (line, column),
        other => panic!("{xml}: {other}"),
    };
    assert_eq!(place("<testsuite>\n <testcase>\n</testsuite>").0, 3);
    assert_eq!(place("<testsuite>\n <testcase").0, 2);
    assert_eq!(place("<testsuite/>\n<testsuite/>").0, 2);
    assert_eq!(place("<testsuite><![CDATA[x").0, 1);
    assert_eq!(place("<testsuite>"), (1, 12));
    assert_eq!(place("<testsuite name=>").0, 1);
    assert_eq!(place("{}").0, 1);
    for xml in ["", " \n", "<!-- x -->", "\u{feff}"] {
        assert!(matches!(read(xml), Err(JunitError::Empty)), "{xml:?}");
    }
    let pom = read("<project xmlns='x'/>").unwrap_err();
    assert!(matches!(pom, JunitError::OtherRoot(name) if name == "project"));
}

#[test]
fn bombs_are_refused() {
    let lol = "<!DOCTYPE t [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><testsuite name='&b;'/>";
    assert!(matches!(read(lol), Err(JunitError::Entities)));
    let external = "<!DOCTYPE t [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><testsuite name='&a;'/>";
    assert!(matches!(read(external), Err(JunitError::Entities)));
    let deep = "<testsuite>".repeat(100_000);
    assert!(matches!(read(&deep), Err(JunitError::TooDeep(_))));
    assert!(read("<!DOCTYPE testsuite><testsuite/>").is_ok());
}

#[test]
fn a_huge_text_is_cut_and_the_rest_still_counts() {
    let noise = "x &amp; ü\n".repeat(200_000);
    let xml = format!(
        "<testsuite><testcase><failure message='{noise}'>{noise}</failure>\
         <system-out><![CDATA[{noise}]]></system-out></testcase><testcase/></testsuite>"
    );
    let report = read(&xml).unwrap();
    assert_eq!(totals(&report), [2, 1, 1, 0, 0, 0]);
    assert!(report.failures[0].details.len() < 20_000);
}

proptest::proptest! {
    #[test]
    fn whatever_comes_it_answers(noise in "(<testsuite>|<testcase name='a'>|<failure>|</failure>|</testcase>|</testsuite>|&|<|>|\"|<!--|-->|<!\\[CDATA\\[|\\]\\]>|ü| ){0,40}") {
        let _ = read(&noise);
        let _ = read(&format!("<testsuite>{noise}</testsuite>"));
    }
}
