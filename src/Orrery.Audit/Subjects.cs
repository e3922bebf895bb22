using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>
/// Encrypts what is personal in entries under a key of the person, AES-256-GCM; whoever deletes the key erases the person. Keys are made when
/// first needed, in the transaction of the entry. Only a key that was seen committed is remembered, for a minute, since a transaction
/// that made one may be undone. Thread-safe.
/// </summary>
internal sealed class Subjects(Db db, SecretBox box, TimeProvider time)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(long Tenant, string Subject), (byte[] Key, DateTimeOffset Until)> _keys = new();
    private readonly ConcurrentDictionary<(long Tenant, string Subject), bool> _wanted = new();

    /// <returns>Base64 of nonce, tag and ciphertext.</returns>
    public async ValueTask<string> EncryptAsync(DbSession session, long tenant, string subject, string entryId, string clear)
    {
        var key = Recall(tenant, subject) ?? await FindOrMakeAsync(session, tenant, subject);
        var text = Encoding.UTF8.GetBytes(clear);
        var sealedText = new byte[NonceBytes + TagBytes + text.Length];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(
            sealedText.AsSpan(0, NonceBytes), text, sealedText.AsSpan(NonceBytes + TagBytes), sealedText.AsSpan(NonceBytes, TagBytes), Encoding.ASCII.GetBytes(entryId));
        return Convert.ToBase64String(sealedText);
    }

    /// <summary>Reads the keys of subjects; those that were erased are missing.</summary>
    public async ValueTask<Dictionary<string, byte[]>> KeysAsync(DbSession session, long tenant, IReadOnlyCollection<string> subjects)
    {
        var keys = new Dictionary<string, byte[]>();
        foreach (var (subject, secret) in await SubjectStore.ListAsync(session, tenant, subjects))
        {
            if (Open(secret, tenant, subject) is { } key)
                keys[subject] = key;
        }

        return keys;
    }

    /// <returns>Null when the key is not the one it was encrypted with: the person was erased meanwhile.</returns>
    public static (string? Name, string? Address)? Decrypt(string personal, string entryId, byte[] key)
    {
        try
        {
            var sealedText = Convert.FromBase64String(personal);
            var clear = new byte[sealedText.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(
                sealedText.AsSpan(0, NonceBytes), sealedText.AsSpan(NonceBytes + TagBytes), sealedText.AsSpan(NonceBytes, TagBytes), clear, Encoding.ASCII.GetBytes(entryId));
            using var document = JsonDocument.Parse(clear);
            return (Text(document.RootElement, "name"), Text(document.RootElement, "address"));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or OverflowException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Deletes the key of a person.</summary>
    /// <param name="session">A transaction.</param>
    /// <param name="tenant">In which workspace; 0: in all.</param>
    /// <param name="subject">Id of the principal.</param>
    /// <returns>How many workspaces had one.</returns>
    public static ValueTask<int> EraseAsync(DbSession session, long tenant, string subject) => SubjectStore.DeleteAsync(session, tenant, subject);

    /// <summary>Forgets the keys of a person at once; other servers do within a minute.</summary>
    public void Forget(string subject)
    {
        foreach (var known in _keys.Keys.Where(k => k.Subject == subject))
            _keys.TryRemove(known, out _);
    }

    /// <summary>Remembers the keys that were needed since the last time, now that they are committed.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (_wanted.IsEmpty)
            return;
        var wanted = _wanted.Keys.ToList();
        foreach (var key in wanted)
            _wanted.TryRemove(key, out _);
        if (_keys.Count > MostRemembered)
            _keys.Clear();
        foreach (var ofTenant in wanted.GroupBy(static w => w.Tenant))
        {
            var until = time.GetUtcNow() + Remembered;
            var subjects = ofTenant.Select(static w => w.Subject).ToList();
            foreach (var (subject, key) in await db.ReadAsync(session => KeysAsync(session, ofTenant.Key, subjects), cancel))
                _keys[(ofTenant.Key, subject)] = (key, until);
        }
    }

    private byte[]? Recall(long tenant, string subject) =>
        _keys.TryGetValue((tenant, subject), out var known) && known.Until > time.GetUtcNow() ? known.Key : null;

    private async ValueTask<byte[]> FindOrMakeAsync(DbSession session, long tenant, string subject)
    {
        _wanted[(tenant, subject)] = true;
        if (await SubjectStore.FindAsync(session, tenant, subject) is { } found && Open(found, tenant, subject) is { } key)
            return key;
        var made = RandomNumberGenerator.GetBytes(SecretBox.KeyBytes);
        await SubjectStore.AddAsync(session, tenant, subject, box.Seal(Convert.ToBase64String(made), tenant, Owner(subject)));

        // Another may have been faster.
        var stored = await SubjectStore.FindAsync(session, tenant, subject);
        return stored is not null && Open(stored, tenant, subject) is { } winner
            ? winner
            : throw new CryptographicException("The key of an audit subject does not open: this server's secret key is not the one it was made with.");
    }

    private byte[]? Open(byte[] secret, long tenant, string subject) =>
        box.Open(secret, tenant, Owner(subject)) is { } text ? Convert.FromBase64String(text) : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Owner(string subject) => "audit-subject/" + subject;
}
