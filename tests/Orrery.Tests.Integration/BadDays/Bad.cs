using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Says what went wrong among thousands of requests, instead of how many.</summary>
internal static class Bad
{
    private const int Shown = 25;
    private const int Longest = 400;

    public static void None(IReadOnlyCollection<string> bad) => Assert.True(
        bad.Count == 0,
        $"{bad.Count} answers are wrong:\n" + string.Join('\n', bad.Take(Shown).Select(static b => b.Length > Longest ? b[..Longest] : b)));
}
