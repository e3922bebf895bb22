namespace Orrery.Storage;

/// <summary>The key that encrypts secrets at rest. Section <c>Orrery:Secrets</c>.</summary>
public sealed class SecretOptions
{
    /// <summary>
    /// The key: 32 random bytes in base64, as <c>openssl rand -base64 32</c> prints; best given as <c>KeyFile</c>, the name of a file that
    /// holds it. Servers that share a database share the key. Null: <c>secrets.key</c> in the data folder, made at first use.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>What is wrong with the options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Key is not null && SecretKeyFile.Parse(Key) is null)
            yield return $"Orrery:Secrets:Key is no key: it must be {SecretBox.KeyBytes} random bytes in base64, such as 'openssl rand -base64 32' prints.";
    }
}
