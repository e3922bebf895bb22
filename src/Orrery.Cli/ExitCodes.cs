namespace Orrery.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Not done, or not all of it.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong, or the server found a value in it wrong (400).</summary>
    public const int Usage = 2;

    /// <summary>What was named does not exist (404).</summary>
    public const int NotFound = 3;

    /// <summary>Refused: it exists already, its state does not allow it, or the caller may not (401, 403, 409).</summary>
    public const int Refused = 4;

    /// <summary>The server cannot be reached or did not answer in time.</summary>
    public const int Unreachable = 5;

    /// <summary>Asked for, and people have to decide before it goes on; it was not to be waited for.</summary>
    public const int WaitsForPeople = 6;

    /// <summary>Ended by Ctrl-C or SIGTERM.</summary>
    public const int Cancelled = 130;

    /// <summary>Names a code where the server gave none.</summary>
    public static string NameOf(int code) => code switch
    {
        Usage => "usage",
        NotFound => "not_found",
        Refused => "refused",
        Unreachable => "unreachable",
        _ => "failed",
    };
}
