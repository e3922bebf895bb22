namespace Orrery.Delivery;

/// <summary>Settings of delivery, section <c>Orrery:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Deliveries that a server runs at once, 1 to 64. Default 4.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>
    /// For drills: stages, with commas, or <c>all</c>. At the end of the first try of each, before it is kept, this server stops going on with the delivery, until it is
    /// ended and the delivery goes on elsewhere. Empty, the default: none.
    /// </summary>
    public string PauseAt { get; set; } = "";

    /// <summary>Mail that deliveries are told by.</summary>
    public MailOptions Mail { get; set; } = new();

    /// <summary>Address of this installation for people, which links in notices begin with; empty for none.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>How often servers look at the signals of what was delivered, 1 s to 1 min. Default 15 s.</summary>
    public TimeSpan SignalInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where versions are brought to.</summary>
    public TargetOptions Targets { get; set; } = new();

    /// <summary>What is wrong with them; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Concurrency is < 1 or > 64)
            yield return $"Orrery:Delivery:Concurrency is {Concurrency}; it must be 1 to 64.";
        foreach (var stage in PausedStages().Where(static stage => stage != "all" && !StageNames.All.Contains(stage)))
            yield return $"Orrery:Delivery:PauseAt has '{stage}'; there are {string.Join(", ", StageNames.All)}, and all.";
        if (PublicUrl.Length > 0 && (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
            yield return $"Orrery:Delivery:PublicUrl is '{PublicUrl}'; it must be an http or https address.";
        if (SignalInterval < TimeSpan.FromSeconds(1) || SignalInterval > TimeSpan.FromMinutes(1))
            yield return $"Orrery:Delivery:SignalInterval is {SignalInterval}; it must be 1 s to 1 min.";
        foreach (var problem in Mail.Problems().Concat(Targets.Problems()))
            yield return problem;
    }

    internal bool Pauses(string stage) => PausedStages().Any(one => one == "all" || one == stage);

    private string[] PausedStages() => PauseAt.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>How mail is sent. Without a host none is.</summary>
public sealed class MailOptions
{
    /// <summary>Name of the mail host; empty, the default, for none.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port. Default 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection must be encrypted (STARTTLS). Default true.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>Sender's address.</summary>
    public string From { get; set; } = "";

    /// <summary>Name to sign in with; empty for none.</summary>
    public string User { get; set; } = "";

    /// <summary>Password to sign in with; give <c>PasswordFile</c>, the file that holds it. Empty for none.</summary>
    public string Password { get; set; } = "";

    internal IEnumerable<string> Problems()
    {
        if (Host.Length == 0)
            yield break;
        if (Port is < 1 or > 65_535)
            yield return $"Orrery:Delivery:Mail:Port is {Port}; it must be 1 to 65,535.";
        if (!MailText.IsAddress(From))
            yield return $"Orrery:Delivery:Mail:From is '{From}'; it must be an e-mail address.";
        if (User.Length > 0 && Password.Length == 0)
            yield return "Orrery:Delivery:Mail:User is given without Orrery:Delivery:Mail:PasswordFile.";
    }
}
