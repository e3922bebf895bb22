using System.Globalization;

namespace Orrery.Native;

/// <summary>DuckDB's settings that options stand for.</summary>
internal static class Settings
{
    /// <summary>Those that are given when a database is opened.</summary>
    public static IEnumerable<(string Name, string Value)> AtOpen(DuckOptions options) =>
    [
        ("access_mode", options.ReadOnly ? "READ_ONLY" : "AUTOMATIC"),
        ("threads", options.Threads.ToString(CultureInfo.InvariantCulture)),
        ("memory_limit", Bytes(options.MemoryLimitBytes)),
        ("temp_directory", options.TempDirectory is { } folder ? Path.GetFullPath(folder) : ""),
        ("preserve_insertion_order", options.PreserveInsertionOrder ? "true" : "false"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_persistent_secrets", "false"),
    ];

    /// <summary>
    /// Those that can only be given afterwards, in this order: the last one shuts the door. The limit of temporary files is shown but not kept
    /// when it is given at open.
    /// </summary>
    public static string Lock(DuckOptions options) =>
        $"""
        SET GLOBAL TimeZone = 'UTC';
        SET GLOBAL max_temp_directory_size = '{Bytes(options.MaxTempBytes)}';
        SET GLOBAL allowed_directories = {List(options.AllowedDirectories)};
        SET GLOBAL allowed_paths = {List(options.AllowedPaths)};
        SET GLOBAL enable_external_access = false;
        SET GLOBAL lock_configuration = true;
        """;

    /// <summary>What each connection begins with: progress is kept, not printed. Pragmas, since settings are locked by then.</summary>
    public const string Connect = "PRAGMA enable_progress_bar; PRAGMA disable_print_progress_bar";

    private static string List(IReadOnlyList<string> paths) =>
        $"[{string.Join(", ", paths.Select(static path => $"'{Path.GetFullPath(path).Replace("'", "''", StringComparison.Ordinal)}'"))}]";

    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
}
