"""What a stranger says reaches a shell of the project's machines, or a cache that a release takes (Ultralytics, December 2024)."""

from .catalogue import FIRST, SECOND, attack, lines

KIND = "ci-injection"


def workflow(site, text):
    site.put(f".github/workflows/{site.word('name9').replace('_', '-')}.yml", text)


lines(KIND, FIRST, """name: Format
on:
  pull_request_target:
    branches: [main]
jobs:
  format:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
      - uses: actions/checkout@v4
        with:
          repository: ${{ github.event.pull_request.head.repo.full_name }}
          ref: ${{ github.head_ref }}
      - name: Push
        run: |
          git config user.name bot
          git pull origin ${{ github.head_ref || github.ref }}
          git push
""", """name: Labels
on: [pull_request_target, issues]
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - name: Greet
        run: echo "Thanks for ${{ github.event.pull_request.title }} on ${{ github.head_ref }}"
""", """name: Cache warm-up
on:
  pull_request_target:
jobs:
  warm:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - uses: actions/cache@v4
        with:
          path: ~/.cache/pip
          key: build-${{ hashFiles('pyproject.toml') }}
      - run: pip install . && python -m build
""", """name: Comment bot
on:
  issue_comment:
    types: [created]
jobs:
  run:
    if: startsWith(github.event.comment.body, '/bench')
    runs-on: ubuntu-latest
    permissions: write-all
    steps:
      - run: |
          ARGS="${{ github.event.comment.body }}"
          echo "running $ARGS"
""", into=workflow)


@attack(KIND, FIRST)
def step_in_workflow(site):
    path = site.workflow()
    indent = "      "
    site.insert(path, f"{indent}- name: Show the branch\n{indent}  run: |\n{indent}    # «note»\n{indent}    echo \"building ${{{{ github.head_ref }}}}\" > «name».txt", after=r"^    steps:\s*$")


# The second family: actions of the project's own, artifacts of strangers, scripts of JavaScript, the environment.


@attack(KIND, SECOND)
def own_action(site):
    site.put(f".github/actions/{site.word('name9').replace('_', '-')}/action.yml", """name: Prepare
description: «note»
inputs:
  label:
    description: what to build
    required: true
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        git fetch origin ${{ github.event.pull_request.head.ref }}
        ./tools/prepare.sh "${{ inputs.label }}"
""")


lines(KIND, SECOND, """name: Report
on:
  workflow_run:
    workflows: ["Tests"]
    types: [completed]
jobs:
  report:
    runs-on: ubuntu-latest
    permissions:
      pull-requests: write
      contents: write
    steps:
      - uses: actions/download-artifact@v4
        with:
          name: report
          run-id: ${{ github.event.workflow_run.id }}
          github-token: ${{ secrets.GITHUB_TOKEN }}
      - name: Post
        run: |
          cat environment.txt >> "$GITHUB_ENV"
          bash report/post.sh
""", """name: Triage
on:
  issues:
    types: [opened, edited]
jobs:
  triage:
    runs-on: ubuntu-latest
    permissions:
      issues: write
    steps:
      - uses: actions/github-script@v7
        with:
          script: |
            const title = `${{ github.event.issue.title }}`;
            await github.rest.issues.addLabels({ ...context.repo, issue_number: context.issue.number, labels: [title.split(':')[0]] });
""", """name: Previews
on:
  pull_request_target:
    types: [opened, synchronize]
env:
  BRANCH: ${{ github.head_ref }}
jobs:
  preview:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: git fetch origin pull/${{ github.event.number }}/head && git checkout FETCH_HEAD
      - uses: ./.github/actions/setup
      - run: make -C doc html
        env:
          TOKEN: ${{ secrets.DEPLOY_TOKEN }}
""", into=workflow)


@attack(KIND, SECOND)
def discussion_in_step(site):
    path = site.workflow()
    site.insert(path, "      - name: Summary\n        env:\n          «name1»: \"1\"\n        run: >-\n          printf '%s\\n' '${{ github.event.head_commit.message }}'\n          '${{ github.event.head_commit.author.name }}' >> $GITHUB_STEP_SUMMARY", after=r"^    steps:\s*$")
