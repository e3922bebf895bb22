using System.Text;
using Microsoft.Extensions.Configuration.Memory;

namespace Orrery.Server;

/// <summary>Where settings come from, weakest first: a JSON file, the environment, the command line, and files that hold single values.</summary>
internal static class SettingSources
{
    private const string FileSuffix = "File";
    private const int LongestSecret = 64 * 1024;

    /// <summary>Puts all sources together. Of the environment those named <c>Orrery__...</c> count, <c>__</c> standing for <c>:</c>.</summary>
    public static Settings Load(
        ConfigurationManager configuration, CommandLineArguments arguments, IEnumerable<KeyValuePair<string, string?>> environment, List<string> problems)
    {
        if (arguments.ConfigFile is { } file)
            AddJson(configuration, file, problems);
        Add(configuration, FromEnvironment(environment));
        Add(configuration, arguments.Values);
        Add(configuration, FromFiles(configuration, problems));
        return new Settings(configuration, problems);
    }

    private static void Add(ConfigurationManager configuration, IEnumerable<KeyValuePair<string, string?>> values) =>
        ((IConfigurationBuilder)configuration).Add(new MemoryConfigurationSource { InitialData = values });

    private static void AddJson(ConfigurationManager configuration, string file, List<string> problems)
    {
        try
        {
            configuration.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or ArgumentException)
        {
            problems.Add($"--config {file} cannot be read: {(e.InnerException ?? e).Message}");
        }
    }

    private static Dictionary<string, string?> FromEnvironment(IEnumerable<KeyValuePair<string, string?>> environment) =>
        environment
            .Where(variable => variable.Key.StartsWith(Settings.Root + "__", StringComparison.OrdinalIgnoreCase))
            .DistinctBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(variable => variable.Key.Replace("__", ":", StringComparison.Ordinal), variable => variable.Value, StringComparer.OrdinalIgnoreCase);

    // Any key may be given as <Key>File, the name of a file that holds the value: how containers hand out secrets.
    private static Dictionary<string, string?> FromFiles(ConfigurationManager configuration, List<string> problems)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, path) in configuration.GetSection(Settings.Root).AsEnumerable().ToArray())
        {
            if (string.IsNullOrEmpty(path) || !key.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase))
                continue;
            var plain = key[..^FileSuffix.Length];
            if (configuration[plain] is not null)
                problems.Add($"Both {plain} and {key} are given; give one of them.");
            else if (ReadSecret(key, path, problems) is { } value)
                values[plain] = value;
            values[key] = null;
        }

        return values;
    }

    private static string? ReadSecret(string key, string path, List<string> problems)
    {
        try
        {
            if (new FileInfo(path).Length <= LongestSecret)
                return File.ReadAllText(path, Encoding.UTF8).TrimEnd('\r', '\n');
            problems.Add($"{key}: the file '{path}' is longer than 64 KiB.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"{key}: the file '{path}' cannot be read: {e.Message}");
        }

        return null;
    }
}
