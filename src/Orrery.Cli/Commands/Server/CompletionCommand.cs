using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops completion</c>: the shell asks the program itself what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # mlops completion bash > ~/.local/share/bash-completion/completions/mlops
        _mlops() {
          local IFS=$'\n'
          COMPREPLY=($("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2> /dev/null))
        }
        complete -o default -F _mlops mlops

        """;

    private const string Zsh = """
        #compdef mlops
        # mlops completion zsh > "${fpath[1]}/_mlops"
        _mlops() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${CURSOR}]" "${BUFFER}" 2> /dev/null)}")
          if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
        }
        compdef _mlops mlops

        """;

    public static Command Create()
    {
        var shell = Verb.Argument("shell", "bash or zsh");
        shell.AcceptOnlyFromAmong("bash", "zsh");
        return new Command("completion", "Print the completion script of a shell.") { shell }.Does(session =>
        {
            session.Output.Raw(session.Args.GetRequiredValue(shell) is "bash" ? Bash : Zsh);
            return Task.CompletedTask;
        });
    }
}
