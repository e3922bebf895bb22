using System.Diagnostics;
using System.Text.Json.Nodes;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Conformance;

/// <summary>Runs a program that tells a line of JSON for each case.</summary>
internal static class ClientRun
{
    /// <summary>Path of a client's source.</summary>
    public static string Source(string file) => Repository.PathOf("tests", "Orrery.Tests.Conformance", "Serving", "clients", file);

    /// <summary>What it told, by case.</summary>
    public static async Task<Dictionary<string, string>> CasesAsync(string program, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(program, arguments);
        Assert.True(code == 0, $"{program} ended with {code}:\n{output}\n{errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)
            .ToDictionary(static line => (string)line["case"]!, static line => line["value"]?.ToJsonString(Relaxed) ?? "null");
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await errors);
    }

    private static System.Text.Json.JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
