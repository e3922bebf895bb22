using Microsoft.Playwright;
using Orrery.Testing;

namespace Orrery.Tests.Web;

/// <summary>Debian's Chromium, driven by Playwright.</summary>
public sealed class Chrome : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly IPlaywright _playwright;

    private Chrome(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; }

    /// <summary>Starts it; a test without one is skipped, and fails in CI.</summary>
    public static async Task<Chrome> StartAsync()
    {
        var file = Places.FirstOrDefault(File.Exists);
        if (file is null)
            Needed.Missing("The browser tests need Chromium (Debian: chromium).");
        Assertions.SetDefaultExpectTimeout(30_000);
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = file, Args = ["--no-sandbox", "--disable-gpu"] }));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
