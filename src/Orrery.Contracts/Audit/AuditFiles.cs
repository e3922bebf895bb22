using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Reads what one verifies a trail with.</summary>
public static class AuditFiles
{
    /// <summary>Public keys, as <c>mlops audit keys --json</c> prints them.</summary>
    /// <exception cref="InvalidDataException">The file holds no keys.</exception>
    public static async Task<IReadOnlyCollection<AuditKey>> ReadKeysAsync(string path, CancellationToken cancel) => ReadKeys(await File.ReadAllTextAsync(path, cancel), path);

    /// <summary>Public keys of a text, as <c>mlops audit keys --json</c> prints them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Where it is from, for messages.</param>
    /// <exception cref="InvalidDataException">The text holds no keys.</exception>
    public static IReadOnlyCollection<AuditKey> ReadKeys(string text, string path)
    {
        try
        {
            var list = JsonSerializer.Deserialize(text, OrreryJson.TypeOf<AuditKeyList>());
            return list?.Keys is { Count: > 0 } keys ? [.. keys] : throw new InvalidDataException($"{path} holds no keys.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} cannot be read: {broken.Message}", broken);
        }
    }

    /// <summary>Signed checkpoints, a JSON document a line, as an anchor keeps them. A line that is none, as a crash may leave one, is passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passedOver">Gets the number of each line that is none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    public static async Task<List<AuditCheckpoint>> ReadCheckpointsAsync(string path, Action<int> passedOver, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(passedOver);
        var found = new List<AuditCheckpoint>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                found.Add(AuditCheckpoint.Parse(line));
            }
            catch (InvalidDataException)
            {
                passedOver(number);
            }
        }

        return found.Count > 0 ? found : throw new InvalidDataException($"{path} holds no checkpoint.");
    }
}
