using System.ComponentModel;
using System.Diagnostics;

namespace Orrery.Cli;

/// <summary>Opens a page where that is possible; where it is not, nothing is lost.</summary>
internal static class Browser
{
    public static void TryOpen(string address)
    {
        // What a server says is no order to this machine: a page of the web and nothing else.
        if (!Uri.TryCreate(address, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
            return;
        try
        {
            using var opened = Process.Start(new ProcessStartInfo("xdg-open", [page.AbsoluteUri]) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            // There is no such program here; the address was printed.
        }
    }
}
