using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Orrery.Features;

/// <summary>A Lua script, sent by its hash; when Redis has forgotten it, in full.</summary>
internal sealed class RedisScript
{
    private readonly string _text;
    private readonly byte[] _hash;

    private RedisScript(string text)
    {
        _text = text.ReplaceLineEndings("\n");
#pragma warning disable CA5350 // Redis names scripts by their SHA-1.
        _hash = SHA1.HashData(Encoding.UTF8.GetBytes(_text));
#pragma warning restore CA5350
    }

    /// <summary>
    /// Sets KEYS[2...] to ARGV where what is there is older, or of equal times unless the last of ARGV is "keep", and counts rows and bytes in the hash KEYS[1]. The first 16 bytes of a value are
    /// its event and created time, most significant first, so that four unsigned numbers compare them exactly.
    /// </summary>
    public static readonly RedisScript Set = new("""
        local taken, rows, bytes = 0, 0, 0
        local keep = ARGV[#KEYS] == 'keep'
        for i = 2, #KEYS do
          local value = ARGV[i - 1]
          local stored = redis.call('GETRANGE', KEYS[i], 0, 15)
          local take = true
          if #stored == 16 then
            local a1, a2, a3, a4 = struct.unpack('>I4I4I4I4', value)
            local b1, b2, b3, b4 = struct.unpack('>I4I4I4I4', stored)
            if a1 ~= b1 then take = a1 > b1
            elseif a2 ~= b2 then take = a2 > b2
            elseif a3 ~= b3 then take = a3 > b3
            elseif a4 ~= b4 then take = a4 > b4
            else take = not keep end
          end
          if take then
            if #stored == 0 then
              rows = rows + 1
              bytes = bytes + #value
            else
              bytes = bytes + #value - redis.call('STRLEN', KEYS[i])
            end
            redis.call('SET', KEYS[i], value)
            taken = taken + 1
          end
        end
        if rows ~= 0 then redis.call('HINCRBY', KEYS[1], 'rows', rows) end
        if bytes ~= 0 then redis.call('HINCRBY', KEYS[1], 'bytes', bytes) end
        return taken
        """);

    /// <summary>Deletes KEYS[2...]; with ARGV[1], only those whose event time is before it. Counts in KEYS[1].</summary>
    public static readonly RedisScript Delete = new("""
        local rows, bytes = 0, 0
        for i = 2, #KEYS do
          local stored = redis.call('GETRANGE', KEYS[i], 0, 7)
          local take = #stored > 0
          if take and ARGV[1] and #stored == 8 then
            local a1, a2 = struct.unpack('>I4I4', stored)
            local b1, b2 = struct.unpack('>I4I4', ARGV[1])
            take = a1 < b1 or (a1 == b1 and a2 < b2)
          end
          if take then
            bytes = bytes + redis.call('STRLEN', KEYS[i])
            rows = rows + redis.call('DEL', KEYS[i])
          end
        end
        if rows ~= 0 then
          redis.call('HINCRBY', KEYS[1], 'rows', -rows)
          redis.call('HINCRBY', KEYS[1], 'bytes', -bytes)
        end
        return rows
        """);

    public async Task<long> RunAsync(IDatabase database, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return (long)await database.ScriptEvaluateAsync(_hash, keys, values);
        }
        catch (RedisServerException e) when (e.Message.Contains("NOSCRIPT", StringComparison.Ordinal))
        {
            return (long)await database.ExecuteAsync("EVAL", [_text, keys.Length, .. keys.Cast<object>(), .. values.Cast<object>()]);
        }
    }
}
