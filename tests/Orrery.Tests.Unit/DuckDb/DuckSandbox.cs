using Orrery.Native;

namespace Orrery.Tests.Unit;

/// <summary>A database in a file that may use one folder and one file beside it.</summary>
public sealed class DuckSandbox : DuckTest
{
    private readonly DuckDatabase _sandboxed;

    public DuckSandbox()
    {
        _ = Directory.CreateDirectory(PathOf("allowed"));
        File.WriteAllText(PathOf("allowed/in.csv"), "i\n1\n2\n");
        File.WriteAllText(PathOf("allowed/plain.duckdb_extension"), "no extension");
        File.WriteAllText(PathOf("outside.csv"), "i\n1\n");
        File.WriteAllText(PathOf("single.csv"), "i\n7\n");
        _sandboxed = DuckDatabase.Open(
            PathOf("db"),
            Options with { AllowedDirectories = [PathOf("allowed")], AllowedPaths = [PathOf("single.csv")], TempDirectory = PathOf("spill") });
        Sandboxed = _sandboxed.Connect();
    }

    internal static DuckOptions Limits => Options;

    internal DuckConnection Sandboxed { get; }

    internal static new object? Scalar(DuckConnection connection, string sql) => DuckTest.Scalar(connection, sql);

    internal string InFolder(string name) => PathOf(name);

    protected override void Close()
    {
        Sandboxed.Dispose();
        _sandboxed.Dispose();
    }
}
