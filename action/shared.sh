# shellcheck shell=bash
# What the steps of the action have in common; sourced, never run.
# Nothing of what is looked at may become a command to the runner, a line of an output file, or an option.

# Ends the step with a reason that the runner shows as an annotation. The reason is ours.
refuse() {
    printf '::error title=Bartizan::%s\n' "$1"
    exit 2
}

# Writes one output of the step.
output() {
    case "$2" in
        *$'\n'* | *$'\r'*) refuse "the value of $1 has more than one line" ;;
    esac
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# Prints talk of the program, which may hold names of files, so that the runner takes no line of it for a command.
quote() {
    sed -e 's/^/| /' -e 's/::/: :/g' -e 's/##\[/# #[/g'
}
