using System.Collections;
using System.Reflection;

namespace Orrery.Server;

/// <summary>
/// All settings, read once at start: defaults of the options classes, then the JSON file, the environment and the command line.
/// Reading gathers problems instead of throwing, so that a person sees all of them at once.
/// </summary>
internal sealed class Settings
{
    /// <summary>The section that all settings are in.</summary>
    public const string Root = "Orrery";

    private readonly IConfigurationSection _root;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems;

    public Settings(IConfiguration configuration, IEnumerable<string> problems)
    {
        _root = configuration.GetSection(Root);
        _problems = [.. problems];
        Server = new ServerOptions();
        Fill(Server, _root, "", isRoot: true);
        _problems.AddRange(Server.Problems());
    }

    /// <summary>Settings of the server itself.</summary>
    public ServerOptions Server { get; }

    /// <summary>Reads the options of a module. Unknown keys and values of a wrong kind are problems, and so is what the options say of themselves.</summary>
    /// <param name="section">Under <c>Orrery</c>: <c>Database</c>.</param>
    /// <param name="problems">What is wrong with the values, in whole sentences that name the key; all of it.</param>
    public T Read<T>(string section, Func<T, IEnumerable<string>> problems)
        where T : class, new()
    {
        var options = new T();
        _known.Add(section);
        Fill(options, _root.GetSection(section), section + ":", isRoot: false);
        _problems.AddRange(problems(options));
        return options;
    }

    /// <summary>Adds a problem that only the composition can see.</summary>
    public void Refuse(string problem) => _problems.Add(problem);

    /// <summary>Everything that is wrong. Ask when all modules have read theirs.</summary>
    public IReadOnlyList<string> Problems()
    {
        var unknown = Given(_root)
            .Where(child => !_known.Contains(child.Key))
            .Select(child => Unknown($"{Root}:{child.Key}", child.Key, _known));
        return [.. _problems.Concat(unknown).Distinct()];
    }

    private void Fill(object options, IConfigurationSection section, string path, bool isRoot)
    {
        var properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        if (isRoot)
            _known.UnionWith(properties.Keys);

        foreach (var child in Given(section))
        {
            if (properties.TryGetValue(child.Key, out var property))
                Fill(options, property, child, path + property.Name);
            else if (!isRoot)
                _problems.Add(Unknown($"{Root}:{path}{child.Key}", child.Key, properties.Keys));
        }
    }

    private void Fill(object options, PropertyInfo property, IConfigurationSection section, string path)
    {
        var type = property.PropertyType;
        if (property.GetValue(options) is IDictionary named)
        {
            // Names are the operator's own: each has settings of one kind.
            foreach (var child in Given(section))
            {
                if (type.GetGenericArguments()[1] == typeof(string))
                {
                    named[child.Key] = child.Value ?? "";
                    continue;
                }

                var item = Activator.CreateInstance(type.GetGenericArguments()[1])!;
                Fill(item, child, $"{path}:{child.Key}:", isRoot: false);
                named[child.Key] = item;
            }

            return;
        }

        if (type.IsClass && type != typeof(string) && type != typeof(string[]))
        {
            Fill(property.GetValue(options)!, section, path + ":", isRoot: false);
            return;
        }

        if (type == typeof(string[]) && section.GetChildren().ToArray() is { Length: > 0 } items)
        {
            property.SetValue(options, items.Select(item => item.Value ?? "").ToArray());
            return;
        }

        if (section.Value is not { } text)
        {
            _problems.Add($"{Root}:{path} holds further keys; it takes one value.");
            return;
        }

        var (value, expected) = SettingText.Parse(text.Trim(), Nullable.GetUnderlyingType(type) ?? type);
        if (expected is null)
            property.SetValue(options, value);
        else
            _problems.Add($"{Root}:{path} is '{text}'; it must be {expected}.");
    }

    // A key whose value came from a file is still there, without a value.
    private static IEnumerable<IConfigurationSection> Given(IConfigurationSection section) =>
        section.GetChildren().Where(child => child.Value is not null || child.GetChildren().Any());

    private static string Unknown(string path, string key, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => Distance(name, key));
        return nearest is not null && Distance(nearest, key) <= 3
            ? $"{path} is not a setting; did you mean {nearest}?"
            : $"{path} is not a setting; known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }

    // Levenshtein, ignoring case.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
