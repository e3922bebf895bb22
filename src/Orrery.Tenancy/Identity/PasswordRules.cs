using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>What a password must be: long, not the name, and not one of those that are tried first.</summary>
internal static class PasswordRules
{
    public const int Shortest = 12;
    public const int Longest = 256;
    private const int FewestDifferent = 5;

    // Long enough for the rule above, and on every list of leaked ones. Compared without case.
    private static readonly HashSet<string> Common = new(StringComparer.OrdinalIgnoreCase)
    {
        "password1234", "password12345", "password123456", "passwordpassword", "passw0rd1234", "p@ssw0rd1234", "mypassword123", "newpassword1",
        "changeme1234", "changemenow1", "administrator", "administrator1", "adminadmin12", "adminadminadmin", "adminpassword", "rootpassword",
        "123456789012", "1234567890123", "12345678901234", "1234567890abc", "123456789abc", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "qwertyuiop12",
        "qwertyuiop123", "qwertyuiopas", "qwertyuiopasdf", "qwerty123456", "qwerty12345678", "asdfghjkl123", "zxcvbnm12345", "abcdefghijkl",
        "abcdefghijklm", "abc123456789", "iloveyou1234", "iloveyouforever", "letmein12345", "letmeinplease", "welcome12345", "welcome123456",
        "sunshine1234", "football1234", "princess1234", "superman1234", "dragon123456", "monkey123456", "trustno1trustno1", "correcthorsebatterystaple",
        "mlflowpassword", "mlopspassword", "orrerypassword", "orreryorrery", "machinelearning", "datascience123",
    };

    /// <summary>Why a password is refused; null when it may be used.</summary>
    public static Failure? Problem(string password, string name)
    {
        if (password.Length is < Shortest or > Longest)
            return Refused($"it has {password.Length} characters; {Shortest} to {Longest} are right");
        if (password.Contains(name, StringComparison.OrdinalIgnoreCase) && name.Length >= 3)
            return Refused("it contains the name that it is for");
        if (password.Distinct().Count() < FewestDifferent)
            return Refused($"it has fewer than {FewestDifferent} different characters");
        return Common.Contains(password) ? Refused("it is one of the passwords that are tried first") : null;
    }

    private static Failure Refused(string why) => Failure.Invalid("tenancy.weak_password", $"The password is refused: {why}.");
}
