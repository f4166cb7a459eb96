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

#[test]
fn a_report_is_written_down_whole() {
    assert_snapshot!(check(&samples::laboratory()), @r#"
    {
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "runs": [
        {
          "columnKind": "unicodeCodePoints",
          "invocations": [
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
          ],
          "results": [
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
                "purl": "pillow"
              },
              "ruleId": "CVE-2023-4863",
              "ruleIndex": 2
            },
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
                "text": "jupyter-server 2.7.1 is affected by PYSEC-2023-157 (severity unstated). No fixed version is known. Comes by jupyterlab 4.0.3 → jupyter-server 2.7.1."
              },
              "partialFingerprints": {
                "bartizan/vulnerability/v1": "83433ed01980528a",
                "primaryLocationLineHash": "83433ed01980528a:1"
              },
              "properties": {
                "fixed": [],
                "purl": "jupyter-server"
              },
              "ruleId": "PYSEC-2023-157",
              "ruleIndex": 3
            },
            {
              "level": "warning",
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
                "text": "jupyter-server 2.7.1 is affected by CVE-2023-39968 (severity medium 6.1). Fixed in 2.7.2. Comes by jupyterlab 4.0.3 → jupyter-server 2.7.1."
              },
              "partialFingerprints": {
                "bartizan/vulnerability/v1": "0ed239b5608f61f0",
                "primaryLocationLineHash": "0ed239b5608f61f0:1"
              },
              "properties": {
                "fixed": [
                  "2.7.2"
                ],
                "purl": "jupyter-server"
              },
              "ruleId": "CVE-2023-39968",
              "ruleIndex": 1
            },
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
                "text": "numpy 1.21.0 is affected by CVE-2022-1 (severity high 7.5). No fixed version is known. Comes by jupyterlab 4.0.3 → numpy 1.21.0."
              },
              "partialFingerprints": {
                "bartizan/vulnerability/v1": "9476f262a14dedf1",
                "primaryLocationLineHash": "9476f262a14dedf1:1"
              },
              "properties": {
                "fixed": [],
                "purl": "numpy"
              },
              "ruleId": "CVE-2022-1",
              "ruleIndex": 0,
              "suppressions": [
                {
                  "justification": "only with untrusted .npy files",
                  "kind": "external"
                }
              ]
            }
          ],
          "tool": {
            "driver": {
              "informationUri": "https://github.com/bartizan/bartizan",
              "name": "Bartizan",
              "rules": [
                {
                  "fullDescription": {
                    "text": "what goes wrong in numpy when it is given a file by somebody who means harm"
                  },
                  "help": {
                    "text": "what goes wrong in numpy when it is given a file by somebody who means harm\n\nKnown as CVE-2022-1. `bartizan db show CVE-2022-1` shows what each source says about it."
                  },
                  "id": "CVE-2022-1",
                  "name": "KnownVulnerability",
                  "properties": {
                    "precision": "high",
                    "security-severity": "7.5",
                    "tags": [
                      "security",
                      "vulnerability"
                    ]
                  },
                  "shortDescription": {
                    "text": "CVE-2022-1: what goes wrong in numpy when it is given a file by somebody who means harm"
                  }
                },
                {
                  "fullDescription": {
                    "text": "what goes wrong in jupyter-server when it is given a file by somebody who means harm"
                  },
                  "help": {
                    "text": "what goes wrong in jupyter-server when it is given a file by somebody who means harm\n\nKnown as CVE-2023-39968. `bartizan db show CVE-2023-39968` shows what each source says about it."
                  },
                  "id": "CVE-2023-39968",
                  "name": "KnownVulnerability",
                  "properties": {
                    "precision": "high",
                    "security-severity": "6.1",
                    "tags": [
                      "security",
                      "vulnerability"
                    ]
                  },
                  "shortDescription": {
                    "text": "CVE-2023-39968: what goes wrong in jupyter-server when it is given a file by somebody who means harm"
                  }
                },
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
                },
                {
                  "fullDescription": {
                    "text": "PYSEC-2023-157"
                  },
                  "help": {
                    "text": "PYSEC-2023-157\n\nKnown as PYSEC-2023-157. `bartizan db show PYSEC-2023-157` shows what each source says about it."
                  },
                  "id": "PYSEC-2023-157",
                  "name": "KnownVulnerability",
                  "properties": {
                    "precision": "high",
                    "tags": [
                      "security",
                      "vulnerability"
                    ]
                  },
                  "shortDescription": {
                    "text": "PYSEC-2023-157: PYSEC-2023-157"
                  }
                }
              ],
              "version": "0.1.0"
            }
          }
        }
      ],
      "version": "2.1.0"
    }
    "#);
}
