using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Fails with every breach at once, and with what to do about them.</summary>
internal static class Rule
{
    public static void Holds(IEnumerable<string> breaches, string remedy)
    {
        var found = breaches.ToList();
        if (found.Count > 0)
            Assert.Fail($"{string.Join('\n', found)}\n\n{remedy}");
    }
}
