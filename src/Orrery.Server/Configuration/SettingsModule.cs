using System.Collections;

namespace Orrery.Server;

/// <summary>Settings at the door of the program.</summary>
internal static class SettingsModule
{
    /// <summary>Reads all settings. Nothing is refused yet: modules read theirs first.</summary>
    public static Settings AddSettings(this WebApplicationBuilder builder, CommandLineArguments arguments, List<string> problems)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value));
        var settings = SettingSources.Load(builder.Configuration, arguments, variables, problems);
        builder.Services.AddSingleton(settings.Server);
        builder.Services.AddSingleton(TimeProvider.System);
        return settings;
    }

    /// <summary>Makes the data folder, private to the server's user, and finds out whether it can be written.</summary>
    public static void PrepareDataDir(this Settings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Server.DataDir))
            return;
        try
        {
            var folder = Path.GetFullPath(settings.Server.DataDir);
            settings.Server.DataDir = folder;
            if (!OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            else
                Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $".write-test-{Environment.ProcessId}");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            settings.Refuse($"Orrery:DataDir '{settings.Server.DataDir}' cannot be written: {e.Message}");
        }
    }
}
