using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops completion</c>: the shell asks the program itself what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # mlops completion bash > ~/.local/share/bash-completion/completions/mlops
        _mlops() {
          local line="${COMP_LINE:0:COMP_POINT}" value
          COMPREPLY=()
          while IFS= read -r value; do
            COMPREPLY+=("$(printf '%q' "$value")")
          done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2> /dev/null)
          if declare -F __ltrim_colon_completions > /dev/null; then __ltrim_colon_completions "${COMP_WORDS[COMP_CWORD]}"; fi
        }
        complete -o default -F _mlops mlops

        """;

    private const string Zsh = """
        #compdef mlops
        # mlops completion zsh > "${fpath[1]}/_mlops"
        _mlops() {
          local line="${(j: :)words[1,CURRENT-1]} ${PREFIX}"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2> /dev/null)}")
          if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
        }
        if [[ "${funcstack[1]}" = "_mlops" ]]; then _mlops "$@"; else compdef _mlops mlops; fi

        """;

    private const string Fish = """
        # mlops completion fish > ~/.config/fish/completions/mlops.fish
        function __mlops_suggest
          set -l line (commandline -cp)
          set -l found (command mlops "[suggest:"(string length -- "$line")"]" "$line" 2> /dev/null)
          if test (count $found) -gt 0
            printf '%s\n' $found
          else
            __fish_complete_path (commandline -ct)
          end
        end
        complete -c mlops -f -a '(__mlops_suggest)'

        """;

    private const string PowerShell = """
        # mlops completion powershell | Out-String | Invoke-Expression; in $PROFILE for always
        Register-ArgumentCompleter -Native -CommandName mlops -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          $line = $commandAst.ToString().PadRight($cursorPosition)
          mlops "[suggest:$cursorPosition]" "$line" 2> $null | ForEach-Object {
            $text = if ($_ -match '[\s''"$;&|()]') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
            [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
          }
        }

        """;

    public static Command Create()
    {
        var shell = Verb.Argument("shell", "bash, zsh, fish or powershell");
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "powershell");
        var command = new Command("completion", "Print the completion script of a shell.") { shell };
        return command.Example("source <(mlops completion bash)").Does(session =>
        {
            session.Output.Raw(session.Args.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => PowerShell,
            });
            return Task.CompletedTask;
        });
    }
}
