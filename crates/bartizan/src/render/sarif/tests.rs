//! The SARIF of whole reports.

use insta::assert_snapshot;

use super::{super::samples, *};

fn check(report: &ScanReport) -> String {
    FORMAT.render(report, samples::plain()).unwrap()
}

#[test]
fn results_point_to_their_rule() {
    for report in [samples::laboratory(), samples::quiet(), samples::hostile()] {
        let text = check(&report);
        let log: Value = serde_json::from_str(&text).unwrap();
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                .as_str()
                .unwrap();
            assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
        }
        assert!(!text.contains("\\u001b"));
    }
}

/// A part of the log of the laboratory.
fn part(pointer: &str) -> String {
    let log: Value = serde_json::from_str(&check(&samples::laboratory())).unwrap();
    serde_json::to_string_pretty(log.pointer(pointer).unwrap()).unwrap()
}

#[test]
fn a_rule_has_a_score_and_a_text() {
    assert_snapshot!(part("/runs/0/tool/driver/rules/2"), @r#"
    {
      "fullDescription": {
        "text": "what goes wrong in pillow when it is given a file by somebody who means harm"
      },
      "help": {
        "text": "what goes wrong in pillow when it is given a file by somebody who means harm\n\nKnown as CVE-2023-4863, PYSEC-2023-175. `bartizan db show CVE-2023-4863` shows what each source says about it."
      },
      "id": "CVE-2023-4863",
      "name": "KnownVulnerability",
      "properties": {
        "precision": "high",
        "security-severity": "9.8",
        "tags": [
          "security",
          "vulnerability"
        ]
      },
      "shortDescription": {
        "text": "CVE-2023-4863: what goes wrong in pillow when it is given a file by somebody who means harm"
      }
    }
    "#);
}

#[test]
fn a_result_has_a_place_and_a_fingerprint() {
    assert_snapshot!(part("/runs/0/results/0"), @r#"
    {
      "level": "error",
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "uv.lock"
            },
            "region": {
              "startLine": 12
            }
          }
        }
      ],
      "message": {
        "text": "pillow 10.0.0 is affected by CVE-2023-4863, which is known to be exploited (severity critical 9.8). Fixed in 10.0.1. Comes by scikit-image 0.21.0 → pillow 10.0.0."
      },
      "partialFingerprints": {
        "bartizan/vulnerability/v1": "32428153306a9288",
        "primaryLocationLineHash": "32428153306a9288:1"
      },
      "properties": {
        "fixed": [
          "10.0.1"
        ],
        "purl": "pkg:pypi/pillow@10.0.0"
      },
      "ruleId": "CVE-2023-4863",
      "ruleIndex": 2
    }
    "#);
}

#[test]
fn an_ignored_finding_is_suppressed_with_its_reason() {
    assert_snapshot!(part("/runs/0/results/3/suppressions"), @r#"
    [
      {
        "justification": "only with untrusted .npy files",
        "kind": "external"
      }
    ]
    "#);
}

#[test]
fn what_could_not_be_looked_at_belongs_to_the_run() {
    assert_snapshot!(part("/runs/0/invocations/0"), @r#"
    {
      "executionSuccessful": true,
      "toolExecutionNotifications": [
        {
          "descriptor": {
            "id": "unreadable-input"
          },
          "level": "warning",
          "message": {
            "text": "wheels/broken.whl: not a zip archive"
          }
        },
        {
          "descriptor": {
            "id": "undecided-version"
          },
          "level": "note",
          "message": {
            "text": "libwebp 1.3.1: 2 records with commit ranges only: not decidable by version"
          }
        }
      ]
    }
    "#);
}

#[test]
fn a_native_library_says_what_carries_it_and_what_it_is_known_from() {
    let log: Value = serde_json::from_str(&check(&samples::natives())).unwrap();
    let text = |pointer: &str| log.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    assert_snapshot!(text("/runs/0/results/0/message/text"), @r"
    libwebp 1.3.1 is affected by CVE-2023-4863 (severity high 8.8). Fixed in libwebp 1.3.2; a release of pillow that carries it is needed. Comes by scikit-image 0.21.0 → pillow 10.0.0 → libwebp 1.3.1. Known from its version function in Pillow.libs/libwebp-74f033ac.so.7.1.7: WebPGetDecoderVersion returns 0x10301 (upstream build). PYSEC-2023-175 of pillow 10.0.0 is about the same.
    ");
    assert_snapshot!(text("/runs/0/results/1/message/text"), @r"
    pillow 10.0.0 is affected by PYSEC-2023-175 (severity unstated). No fixed version is known. Comes by jupyterlab 4.0.3 → pillow 10.0.0. It is about libwebp 1.3.1, which is carried: see CVE-2023-4863 there.
    ");
}
