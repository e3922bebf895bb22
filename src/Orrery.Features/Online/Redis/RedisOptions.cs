namespace Orrery.Features;

/// <summary>Redis, where online features are when several servers share them. Section <c>Orrery:Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>
    /// <c>host:port</c>, with further settings of StackExchange.Redis after commas: <c>redis:6379,password=...,ssl=true,defaultDatabase=1</c>.
    /// Empty, the default, for the store in process. One primary with its replicas; not a cluster.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Longest wait for a read, 10 ms to 10 s; beyond it reads are refused at once until Redis answers again. Default 1 s.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for a batch of writes, 100 ms to 1 min. Default 5 s.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>True when there is a Redis.</summary>
    public bool IsSet => !string.IsNullOrWhiteSpace(ConnectionString);

    /// <summary>All that is wrong with them.</summary>
    public IEnumerable<string> Problems()
    {
        if (ReadTimeout < TimeSpan.FromMilliseconds(10) || ReadTimeout > TimeSpan.FromSeconds(10))
            yield return $"Orrery:Redis:ReadTimeout is {ReadTimeout}; it must be 10 ms to 10 s.";
        if (WriteTimeout < TimeSpan.FromMilliseconds(100) || WriteTimeout > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Redis:WriteTimeout is {WriteTimeout}; it must be 100 ms to 1 min.";
        if (IsSet && Parse() is null)
            yield return "Orrery:Redis:ConnectionString cannot be read; write host:port, and further settings after commas as StackExchange.Redis has them.";
    }

    internal StackExchange.Redis.ConfigurationOptions? Parse()
    {
        try
        {
            var options = StackExchange.Redis.ConfigurationOptions.Parse(ConnectionString);
            options.AbortOnConnectFail = false;
            options.ClientName ??= "orrery";
            return options.EndPoints.Count == 0 ? null : options;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }
}
