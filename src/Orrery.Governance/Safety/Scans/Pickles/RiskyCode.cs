using System.Text.RegularExpressions;

namespace Orrery.Governance;

/// <summary>What code of models seldom needs: programs, sockets, memory, text that is run.</summary>
internal static partial class RiskyCode
{
    private static readonly HashSet<string> Modules =
        ["subprocess", "socket", "ctypes", "pty", "multiprocessing", "urllib.request", "http.client", "ftplib", "telnetlib", "smtplib", "asyncio", "requests", "paramiko", "code", "runpy", "marshal"];

    private static readonly HashSet<string> Names =
    [
        "system", "popen", "Popen", "check_output", "check_call", "execv", "execve", "execl", "execvp", "spawnl", "spawnv", "spawnvp", "posix_spawn", "fork", "forkpty",
        "create_connection", "urlopen", "urlretrieve", "eval", "exec", "__import__", "import_module", "CDLL", "dlopen",
    ];

    public static bool IsModule(string name) => Modules.Contains(name);

    public static bool IsName(string name) => Names.Contains(name);

    /// <summary>Lines of Python that use such things, and what.</summary>
    public static IEnumerable<(int Line, string What)> In(string text)
    {
        var line = 0;
        foreach (var one in text.Split('\n'))
        {
            line++;
            if (!one.TrimStart().StartsWith('#') && Risky().Match(one) is { Success: true } found)
                yield return (line, found.Value.TrimEnd('('));
        }
    }

    [GeneratedRegex(@"\bos\.(system|popen|exec[lv]p?e?|spawn[lv]p?e?|fork)\b|\b(import|from)\s+(subprocess|socket|ctypes|pty|ftplib|telnetlib|smtplib)\b|\bsubprocess\.\w+|\b(eval|exec|__import__)\(|\burllib\.request\b", RegexOptions.NonBacktracking)]
    private static partial Regex Risky();
}
