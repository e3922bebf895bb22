using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Orrery.Storage;
using Xunit;

namespace Orrery.Testing;

/// <summary>
/// A private S3-speaking server on a free port of 127.0.0.1: moto's where Python has it, else npm's s3rver. It stops, and what
/// it kept goes, when it is disposed or the test process ends, however it ends.
/// </summary>
/// <remarks>
/// moto is preferred: s3rver 3.7.1 cannot abort uploads, copy parts, decode a copy's source, answer ranges rightly or list in
/// order, and ends when a folder's last object is deleted while another is put (<see cref="RequireMoto"/>). The environment variable <c>ORRERY_TEST_S3</c> (moto or s3rver) chooses.
/// </remarks>
public sealed class S3Server : IAsyncDisposable
{
    // s3rver knows this key pair only; moto takes any.
    private const string AccessKey = "S3RVER";
    private const string SecretKey = "S3RVER";
    private const int StartAttempts = 5;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<S3Server>> Shared = new(() => StartNewAsync(CancellationToken.None));
    private static readonly Lazy<bool> HasMoto = new(() => Runs("python3", "-c", "import moto.server, flask"));
    private static int _names;

    private readonly Process _keeper;
    private readonly AmazonS3Client _client;

    private S3Server(Process keeper, int port, bool isMoto)
    {
        _keeper = keeper;
        IsMoto = isMoto;
        Endpoint = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var config = new AmazonS3Config { ServiceURL = Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1" };
        _client = new(new BasicAWSCredentials(AccessKey, SecretKey), config);
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>True for moto, false for s3rver.</summary>
    public bool IsMoto { get; }

    /// <summary>A client of the SDK, to look behind our store's back.</summary>
    public IAmazonS3 Client => _client;

    private static string S3Rver => Repository.PathOf("tests", "Orrery.Testing", "s3", "node_modules", "s3rver", "bin", "s3rver.js");

    /// <summary>The server of this test run, started by the first caller. Skips the test, or fails it when CI is set, when there is none.</summary>
    public static Task<S3Server> SharedAsync()
    {
        Require();
        return Shared.Value;
    }

    /// <summary>A server of the caller's own, to stop. Skips or fails as <see cref="SharedAsync"/> does.</summary>
    public static Task<S3Server> StartAsync(CancellationToken cancel = default)
    {
        Require();
        return StartNewAsync(cancel);
    }

    /// <summary>Creates an empty bucket and gives the options of a store in a folder of it.</summary>
    public async Task<S3BlobsOptions> CreateBucketAsync(CancellationToken cancel = default)
    {
        var bucket = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref _names)}");
        await _client.PutBucketAsync(bucket, cancel);
        return new()
        {
            Bucket = bucket,
            Prefix = "below/here",
            ServiceUrl = Endpoint.ToString(),
            AccessKey = AccessKey,
            SecretKey = SecretKey,
        };
    }

    /// <summary>Skips a test of what s3rver cannot do.</summary>
    public void RequireMoto(string what)
    {
        if (!IsMoto)
            Assert.Skip($"s3rver has no {what}; Python's moto[server] has.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    // Somebody else may take the free port between our look and the server's bind: try another.
    private static async Task<S3Server> StartNewAsync(CancellationToken cancel)
    {
        var isMoto = Wanted() != "s3rver" && HasMoto.Value;
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var server = new S3Server(Keep(port, isMoto), port, isMoto);
            try
            {
                await server.AnswersAsync(cancel);
                return server;
            }
            catch (InvalidOperationException) when (attempt < StartAttempts)
            {
                await server.DisposeAsync();
            }
        }
    }

    private async Task AnswersAsync(CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(StartTimeout);
        while (true)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Endpoint.Port, timeout.Token);
                return;
            }
            catch (SocketException) when (!_keeper.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), timeout.Token);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"The S3 server ended: {await _keeper.StandardError.ReadToEndAsync(cancel)}");
            }
        }
    }

    /// <summary>
    /// A shell that starts the server and waits for the end of its own input, which comes even when this process is killed, or
    /// of the server; then it tidies up.
    /// </summary>
    private static Process Keep(int port, bool isMoto)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] command = isMoto
            ? ["python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", number]
            : ["node", S3Rver, "-d", "FOLDER", "-a", "127.0.0.1", "-p", number, "--silent", "--no-vhost-buckets"];
        const string script = """
            trap '' INT TERM HUP
            folder=$(mktemp -d /tmp/orrery-s3-XXXXXXXX)
            export TMPDIR=$folder
            exec 3<&0
            "${@/FOLDER/$folder}" < /dev/null > "$folder/log" 2>&1 &
            server=$!
            cat <&3 > /dev/null &
            input=$!
            wait -n "$server" "$input"
            kill -9 "$server" "$input" 2> /dev/null
            wait "$server" 2> /dev/null
            tail -n 20 "$folder/log" >&2
            rm -rf "$folder"
            """;
        var start = new ProcessStartInfo("bash", ["-c", script, "keeper", .. command])
        {
            WorkingDirectory = "/tmp",
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new Win32Exception("bash did not start.");
    }

    private static void Require()
    {
        if (HasMoto.Value || File.Exists(S3Rver))
            return;
        Needed.Missing("Neither Python's moto[server] nor s3rver is installed: run eng/install-test-needs.sh.");
    }

    private static string? Wanted() => Environment.GetEnvironmentVariable("ORRERY_TEST_S3");

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
