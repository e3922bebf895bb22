namespace Orrery.Server;

/// <summary>Flags of the server and the configuration keys they stand for. <c>--flag value</c> or <c>--flag=value</c>; a later one wins.</summary>
internal static class CommandLine
{
    /// <summary>Every flag that takes a value: name, key, what it is for.</summary>
    public static readonly (string Flag, string Key, string About)[] Flags =
    [
        ("--urls", "Orrery:Urls", "addresses to listen on, semicolons between them (http://127.0.0.1:5000)"),
        ("--grpc-urls", "Orrery:GrpcUrls", "addresses for gRPC without TLS: HTTP/2 alone (none; http://127.0.0.1:8081)"),
        ("--data-dir", "Orrery:DataDir", "folder of everything kept in files (data)"),
        ("--database", "Orrery:Database:ConnectionString", "PostgreSQL connection string; SQLite in the data folder without"),
        ("--redis", "Orrery:Redis:ConnectionString", "host:port of Redis for online features; in this process without"),
        ("--blobs", "Orrery:Blobs:Location", "s3://bucket/prefix; files in the data folder without"),
        ("--allowed-hosts", "Orrery:AllowedHosts", "names clients may call this server by, beside the loopback ones"),
        ("--tls-certificate", "Orrery:Tls:CertificatePath", "PEM file of the certificate and its issuers"),
        ("--tls-key", "Orrery:Tls:KeyPath", "PEM file of the certificate's key"),
        ("--otlp-endpoint", "Orrery:Otlp:Endpoint", "OpenTelemetry collector for traces and metrics"),
        ("--log-level", "Orrery:Log:Level", "Trace, Debug, Information, Warning, Error (Information)"),
        ("--log-format", "Orrery:Log:Format", "json, text or auto (auto: text on a terminal)"),
        ("--shutdown-timeout", "Orrery:ShutdownTimeout", "time for requests under way to finish (30s)"),
    ];

    /// <summary>Reads the arguments. What cannot be read goes to <paramref name="problems"/>.</summary>
    public static CommandLineArguments Parse(IReadOnlyList<string> args, List<string> problems)
    {
        var read = new CommandLineArguments();
        for (var i = 0; i < args.Count; i++)
        {
            var (flag, value) = Split(args[i]);
            if (flag is "--help" or "-h")
            {
                read.Help = true;
                continue;
            }

            if (flag is "--version")
            {
                read.Version = true;
                continue;
            }

            if (flag is "--verify-audit")
            {
                read.VerifyAudit = true;
                continue;
            }

            if (flag is "--audit-keys" or "--audit-checkpoints")
            {
                value ??= i + 1 < args.Count ? args[++i] : null;
                if (string.IsNullOrEmpty(value))
                    problems.Add($"{flag} needs a value.");
                else if (flag is "--audit-keys")
                    read.AuditKeys = value;
                else
                    read.AuditCheckpoints = value;
                continue;
            }

            if (flag is "--init-admin" or "--init-admin-password-file" or "--reset-admin" or "--reset-admin-password-file")
            {
                value ??= i + 1 < args.Count ? args[++i] : null;
                if (string.IsNullOrEmpty(value))
                    problems.Add($"{flag} needs a value.");
                else if (flag is "--init-admin")
                    read.InitAdmin = value;
                else if (flag is "--init-admin-password-file")
                    read.InitAdminPasswordFile = value;
                else if (flag is "--reset-admin")
                    read.ResetAdmin = value;
                else
                    read.ResetAdminPasswordFile = value;
                continue;
            }

            if (KeyOf(flag) is not { } key)
            {
                problems.Add($"'{args[i]}' is not a flag of the server; --help lists them.");
                continue;
            }

            value ??= i + 1 < args.Count ? args[++i] : null;
            if (value is null)
                problems.Add($"{flag} needs a value.");
            else if (key.Length == 0)
                read.ConfigFile = value;
            else
                read.Values[key] = value;
        }

        if (read.InitAdmin is null != read.InitAdminPasswordFile is null)
            problems.Add("--init-admin NAME and --init-admin-password-file FILE go together.");
        if (!read.VerifyAudit && (read.AuditKeys ?? read.AuditCheckpoints) is not null)
            problems.Add("--audit-keys and --audit-checkpoints go with --verify-audit.");
        if (read.ResetAdmin is null != read.ResetAdminPasswordFile is null)
            problems.Add("--reset-admin NAME and --reset-admin-password-file FILE go together.");
        if (read.InitAdmin is not null && read.ResetAdmin is not null)
            problems.Add("--init-admin makes the first administrator, --reset-admin lets one in again: give one of them.");
        return read;
    }

    public static string Help()
    {
        var width = Flags.Max(flag => flag.Flag.Length);
        var lines = Flags.Select(flag => $"  {flag.Flag.PadRight(width)}  {flag.About}");
        return $"""
            Orrery server {Product.Version}

            {string.Join('\n', lines)}
              {"--config".PadRight(width)}  JSON file with further settings, section Orrery
              {"--init-admin".PadRight(width)}  make the first administrator of this name, turn identity on, and end;
              {"".PadRight(width)}  with --init-admin-password-file FILE
              {"--reset-admin".PadRight(width)}  let an administrator of this name in again, and end: another password, no second factor,
              {"".PadRight(width)}  sessions and tokens ended; with --reset-admin-password-file FILE
              {"--verify-audit".PadRight(width)}  check the audit trail in the database, print a verdict (JSON) for each workspace,
              {"".PadRight(width)}  and end: with 0 when all is whole, 1 when something was changed;
              {"".PadRight(width)}  with --audit-keys FILE and --audit-checkpoints FILE of an anchor, if need be
              {"--version".PadRight(width)}  print the version
              {"--help".PadRight(width)}  print this

            Every setting may also be given as an environment variable (Orrery__Http__MaxRequestBody=64MiB), as a flag
            (--Orrery:Http:MaxRequestBody 64MiB) or in a file of its own (Orrery__Database__PasswordFile=/run/secrets/db).
            The command line wins over the environment, the environment over the JSON file.
            """;
    }

    private static (string Flag, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    // Empty for the one flag that is not a setting.
    private static string? KeyOf(string flag)
    {
        if (flag is "--config")
            return "";
        if (flag.StartsWith("--Orrery:", StringComparison.OrdinalIgnoreCase))
            return flag[2..];
        return Array.Find(Flags, known => known.Flag == flag).Key;
    }
}
