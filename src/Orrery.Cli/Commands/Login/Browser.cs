using System.ComponentModel;
using System.Diagnostics;

namespace Orrery.Cli;

/// <summary>Opens a page where that is possible; where it is not, nothing is lost.</summary>
internal static class Browser
{
    public static void TryOpen(string address)
    {
        try
        {
            using var opened = Process.Start(new ProcessStartInfo("xdg-open", [address]) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            // There is no such program here; the address was printed.
        }
    }
}
