namespace Orrery.Storage;

/// <summary>The key that encrypts secrets at rest. Section <c>Orrery:Secrets</c>.</summary>
public sealed class SecretOptions
{
    /// <summary>
    /// File with the key: 32 random bytes in base64, as <c>openssl rand -base64 32</c> prints. Servers that share a database share the
    /// key. Null: <c>secrets.key</c> in the data folder, made at first use.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>What is wrong with the options.</summary>
    public IEnumerable<string> Problems()
    {
        if (KeyFile is { } file && !File.Exists(file))
            yield return $"Orrery:Secrets:KeyFile is {file}, which does not exist.";
    }
}
