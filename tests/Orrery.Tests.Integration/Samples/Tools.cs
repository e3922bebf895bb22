using System.Diagnostics;
using System.Text.Json;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Programs that the sample is compared with. A missing one skips the test, or fails it when CI is set.</summary>
internal static class Tools
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Runs a Python script of this folder on JSON and returns the JSON that it prints.</summary>
    public static async Task<JsonElement> PythonAsync(string script, string package, object input)
    {
        var cancel = TestContext.Current.CancellationToken;
        if (!File.Exists(Python) || (await RunAsync(Python, ["-c", $"import {package}"], "", cancel)).Code != 0)
            Needed.Missing($"{Python} cannot import {package}: run eng/install-test-needs.sh.");
        return await JsonOfAsync(Python, Script(script), input, cancel);
    }

    /// <summary>Runs a script of this folder under Node, which finds the packages of <c>native/</c>.</summary>
    public static async Task<JsonElement> NodeAsync(string script, string package, object input)
    {
        var packages = Environment.GetEnvironmentVariable("ORRERY_NODE_MODULES") ?? Repository.PathOf("native", "node_modules");
        if (!Directory.Exists(Path.Combine(packages, package)))
            Needed.Missing($"{package} is not under {packages}: run eng/install-test-needs.sh.");
        return await JsonOfAsync("node", Script(script), input, TestContext.Current.CancellationToken, ("NODE_PATH", packages));
    }

    /// <summary>Runs a sample's <c>run.sh</c>.</summary>
    public static async Task<(int Code, string Output, string Error)> SampleAsync(string sample, params (string Name, string Value)[] environment)
    {
        var cancel = TestContext.Current.CancellationToken;
        if ((await RunAsync("/bin/sh", ["-c", "command -v bash curl python3"], "", cancel)).Code != 0)
            Needed.Missing("bash, curl or python3 is missing: run eng/install-test-needs.sh.");
        return await RunAsync("bash", [Repository.PathOf("samples", sample, "run.sh")], "", cancel, environment);
    }

    public static string Script(string name) => Repository.PathOf("tests", "Orrery.Tests.Integration", "Samples", name);

    private static async Task<JsonElement> JsonOfAsync(
        string program, string script, object input, CancellationToken cancel, params (string Name, string Value)[] environment)
    {
        var (code, output, error) = await RunAsync(program, [script], JsonSerializer.Serialize(input), cancel, environment);
        Assert.True(code == 0, $"{Path.GetFileName(script)} ended with {code}: {error}");
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, string[] arguments, string input, CancellationToken cancel, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // One thread: on the tests' small matrices more of them only wait for each other.
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await error);
    }
}
