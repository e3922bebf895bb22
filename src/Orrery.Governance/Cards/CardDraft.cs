using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using ModelVersion = Orrery.Registry.ModelVersion;
using RegisteredModel = Orrery.Registry.RegisteredModel;

namespace Orrery.Governance;

/// <summary>A card while it is filled.</summary>
internal sealed class CardDraft(Actor actor, RegisteredModel model, ModelVersion version, ModelPackage? package)
{
    private readonly Dictionary<string, (JsonElement Value, string Source, long? At)> _values = new(StringComparer.Ordinal);

    /// <summary>Who asks, and in which workspace.</summary>
    public Actor Actor => actor;

    /// <summary>The model.</summary>
    public RegisteredModel Model => model;

    /// <summary>The version.</summary>
    public ModelVersion Version => version;

    /// <summary>Its files; null when the registry has not read them.</summary>
    public ModelPackage? Package => package;

    /// <summary>The tier that its tags say.</summary>
    public CardTier Tier { get; } = CardTiers.Parse(Said(version, model));

    /// <summary>Whether anybody has said the tier.</summary>
    public bool HasTier => Said(version, model) is not null;

    /// <summary>Fills a field of the records; a value of nothing (null, no text, no elements) fills nothing.</summary>
    /// <param name="path">Of the form.</param>
    /// <param name="value">Text, number, list or object.</param>
    /// <param name="source">The record it is from.</param>
    public void Set(string path, JsonElement? value, string source)
    {
        if (CardForm.Fields[path].FromPeople)
            throw new InvalidOperationException($"'{path}' is for people to write.");
        if (value is { } there && !IsNothing(there))
            _values[path] = (there, source, null);
    }

    /// <summary>Fills a field with what somebody wrote.</summary>
    public void Write(CardText text)
    {
        if (CardForm.Fields.TryGetValue(text.Path, out var field) && field.FromPeople)
            _values[text.Path] = (JsonSerializer.SerializeToElement(text.Text, CardJson.Default.String), $"person:{text.WrittenBy}", text.WrittenAt);
    }

    /// <summary>The card.</summary>
    public ModelCard Finish() => new()
    {
        Model = version.Name,
        Version = version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Tier = CardTiers.Name(Tier),
        Completeness = Count(),
        Sections = [.. CardForm.Sections.Select(Section)],
    };

    private static string? Said(ModelVersion version, RegisteredModel model) =>
        version.Tags.Concat(model.Tags).FirstOrDefault(static tag => tag.Key == CardTiers.Tag).Value;

    private CardSection Section(FormSection section) => new()
    {
        Name = section.Name,
        Title = section.Title,
        Fields = [.. section.Fields.Select(field => Field($"{section.Name}.{field.Name}", field))],
    };

    private CardField Field(string path, FormField field)
    {
        var isFilled = _values.TryGetValue(path, out var found);
        return new()
        {
            Path = path,
            Title = field.Title,
            Origin = field.FromPeople ? "people" : "records",
            RequiredFrom = field.RequiredFrom is { } tier ? CardTiers.Name(tier) : null,
            Value = isFilled ? found.Value : null,
            Source = isFilled ? found.Source : null,
            WrittenAt = isFilled ? found.At : null,
        };
    }

    private CardCompleteness Count()
    {
        bool IsExpected(FormField field) => !field.FromPeople || field.RequiredFrom <= Tier;
        var expected = CardForm.Fields.Where(one => IsExpected(one.Value)).ToList();
        var filled = expected.Count(one => _values.ContainsKey(one.Key));
        return new()
        {
            Score = (double)filled / expected.Count,
            FromRecords = (double)CardForm.Fields.Count(one => !one.Value.FromPeople && _values.ContainsKey(one.Key)) / CardForm.Fields.Count,
            Filled = filled,
            Expected = expected.Count,
            MissingFromPeople = [.. expected.Where(one => one.Value.FromPeople && !_values.ContainsKey(one.Key)).Select(static one => one.Key)],
            MissingFromRecords = [.. expected.Where(one => !one.Value.FromPeople && !_values.ContainsKey(one.Key)).Select(static one => one.Key)],
        };
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
