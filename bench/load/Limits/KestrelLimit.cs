using System.Diagnostics;
using System.Globalization;

namespace Orrery.Load;

/// <summary>Bare Kestrel answering as many bytes as the server did.</summary>
internal static class KestrelLimit
{
    private static readonly string[] Reads =
    [
        "health (client floor)", "get run", "search runs: newest 100", "search runs: page of 1000", "get metric history (10000)", "download artifact (10 KiB)",
    ];

    public static async Task<List<LimitResult>> RunAsync(LoadOptions options, IReadOnlyList<OperationResult> ours)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), BareKestrel.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var port = int.Parse((await child.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            using var crowd = new Crowd(port, options.Connections);
            var bench = new Bench(options, crowd, new(child.Id, postmaster: null), "limit");
            var limits = ours.Where(result => Reads.Contains(result.Name)).Select(result => Measure(
                bench, result.Name, RequestTemplate.Get(string.Create(CultureInfo.InvariantCulture, $"/{(int)result.Closed.BytesReceived}")))).ToList();
            limits.Add(Measure(bench, "log batch (100 metrics)", RequestTemplate.Post("/", Requests.BatchJson(100, oneKey: false), [new('0', 32)])));
            return limits;
        }
        finally
        {
            child.StandardInput.Close();
            await child.WaitForExitAsync();
        }
    }

    private static LimitResult Measure(Bench bench, string name, RequestTemplate template)
    {
        var closed = bench.Measure(new(name, template.Send)).Closed;
        return new(name, "bare Kestrel, the same bytes", closed.PerSecond, closed.ServerMs);
    }

    // Started as "dotnet Orrery.Load.dll", the program is dotnet and the first argument is ours.
    private static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(KestrelLimit).Assembly.Location] : [];
}
