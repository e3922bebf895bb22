namespace Orrery.Tenancy;

/// <summary>Rules for the name of a workspace, which stands in URLs: 1 to 63 lower-case letters, digits and inner dashes (as a DNS label).</summary>
public static class WorkspaceName
{
    /// <summary>The workspace of calls that name none.</summary>
    public const string Default = "default";

    /// <summary>True for a name that may be used.</summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 63 || name[0] == '-' || name[^1] == '-')
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        return true;
    }
}
