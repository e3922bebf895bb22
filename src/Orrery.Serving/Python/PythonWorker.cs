using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Orrery.Serving;

/// <summary>A worker process and its socket. One call at a time.</summary>
internal sealed class PythonWorker : IAsyncDisposable
{
    private const long LargestAnswer = 1 << 30;
    private const int KeptBuffer = 1 << 20;

    private static readonly string Code = Path.Combine(AppContext.BaseDirectory, "python", "orrery_worker");

    private readonly Process _process;
    private readonly Socket _socket;
    private readonly PythonErrors _errors;
    private readonly CancellationTokenSource _ended = new();
    private readonly byte[] _received = new byte[1 << 16];
    private byte[] _sending = new byte[4096];
    private long _hangsAt;
    private bool _hung;

    private PythonWorker(Process process, Socket socket, PythonErrors errors)
    {
        (_process, _socket, _errors) = (process, socket, errors);
        process.Exited += (_, _) => End();
        if (process.HasExited)
            End();
    }

    /// <summary>What it said when its model was loaded.</summary>
    public PythonReady Ready { get; private set; } = new();

    public int ProcessId => _process.Id;

    /// <summary>Ends when the process does.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Starts a worker and has it load its model.</summary>
    /// <exception cref="ModelException">It does not come up; the message says why.</exception>
    public static async Task<PythonWorker> StartAsync(PythonOptions options, PythonFolder folder, Func<string, PythonSetup> setup, int threads, CancellationToken cancel)
    {
        var (temp, path) = folder.NewWorker();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var process = Start(options, path, temp, threads);
        var errors = new PythonErrors(process.StandardError.BaseStream);
        errors.Begin();
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(options.LoadSeconds));
        PythonWorker? worker = null;
        try
        {
            worker = new PythonWorker(process, await AcceptAsync(listener, process, limit.Token), errors);
            await worker.LoadAsync(setup(temp), limit.Token);
            return worker;
        }
        catch (Exception failed)
        {
            Kill(process);
            var reason = await ReasonAsync(failed, process, errors, options, cancel);
            if (worker is not null)
                await worker.DisposeAsync();
            process.Dispose();
            throw reason;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Has the model answer requests that fit together.</summary>
    /// <param name="batch">The requests.</param>
    /// <param name="hangsAt">Milliseconds of <see cref="Environment.TickCount64"/> at which it is taken to hang.</param>
    /// <returns>Kind of the answer, its tensors, its body.</returns>
    /// <exception cref="PythonWorkerException">The worker is gone.</exception>
    public async ValueTask<(byte Kind, int Tensors, byte[] Body)> CallAsync(IReadOnlyList<PythonRequest> batch, long hangsAt)
    {
        var length = Write(batch);
        Volatile.Write(ref _hangsAt, hangsAt);
        var sent = false;
        try
        {
            await SendAsync(_sending.AsMemory(0, length));
            sent = true;
            return await ReceiveAsync(CancellationToken.None);
        }
        catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException)
        {
            Kill();
            throw new PythonWorkerException(await WhyEndedAsync(), sent);
        }
        finally
        {
            Volatile.Write(ref _hangsAt, 0);
            if (_sending.Length > KeptBuffer)
                _sending = new byte[4096];
        }
    }

    /// <summary>Kills it when it has not answered in time.</summary>
    public void KillIfHung(long now)
    {
        if (Volatile.Read(ref _hangsAt) is var at && at != 0 && now > at)
        {
            Volatile.Write(ref _hung, true);
            Kill();
        }
    }

    /// <summary>Why it ended, once it has.</summary>
    public async ValueTask<string> WhyEndedAsync()
    {
        await _process.WaitForExitAsync();
        if (Volatile.Read(ref _hung))
            return "it did not answer in time and was killed";
        var how = _process.ExitCode > 128 ? $"it was ended by signal {_process.ExitCode - 128}" : $"it ended with code {_process.ExitCode}";
        return await _errors.LastLinesAsync() is { Length: > 0 } last ? $"{how}: {last}" : how;
    }

    public void Kill() => Kill(_process);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _ended.Dispose();
    }

    private void End()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Nobody asks any more.
        }
    }

    private static Process Start(PythonOptions options, string path, string temp, int threads)
    {
        var start = new ProcessStartInfo(options.Executable, ["-I", "-B", Code, path])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        // Nothing of the server's environment: there are secrets in it.
        start.Environment.Clear();
        (start.Environment["PATH"], start.Environment["LANG"], start.Environment["HOME"], start.Environment["TMPDIR"]) = ("/usr/bin:/bin", "C.UTF-8", temp, temp);
        foreach (var library in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"])
            start.Environment[library] = threads.ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            var process = Process.Start(start)!;
            process.EnableRaisingEvents = true;
            return process;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new ModelException($"There is no Python to run the model: '{options.Executable}' (Orrery:Serving:Python:Executable) cannot be started: {missing.Message}", missing);
        }
    }

    private static async Task<Socket> AcceptAsync(Socket listener, Process process, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var accepting = listener.AcceptAsync(ended.Token).AsTask();
        var exiting = process.WaitForExitAsync(ended.Token);
        if (await Task.WhenAny(accepting, exiting) == exiting && !accepting.IsCompleted)
        {
            cancel.ThrowIfCancellationRequested();
            await ended.CancelAsync();
            throw new IOException("The worker ended before it had connected.");
        }

        var socket = await accepting;
        await ended.CancelAsync();
        return socket;
    }

    private static async ValueTask<Exception> ReasonAsync(Exception failed, Process process, PythonErrors errors, PythonOptions options, CancellationToken cancel)
    {
        if (failed is ModelException || (failed is OperationCanceledException && cancel.IsCancellationRequested))
            return failed;
        if (failed is OperationCanceledException)
            return new ModelException($"The model's worker was not ready within {options.LoadSeconds} s (Orrery:Serving:Python:LoadSeconds).{Lines(await errors.LastLinesAsync())}");
        await process.WaitForExitAsync(CancellationToken.None);
        return new ModelException($"The model's worker ended while it loaded the model (code {process.ExitCode}).{Lines(await errors.LastLinesAsync())}", failed);
    }

    private static string Lines(string last) => last.Length == 0 ? "" : " It wrote: " + last;

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // Gone already.
        }
    }

    private async ValueTask LoadAsync(PythonSetup setup, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(setup, PythonJson.Default.PythonSetup);
        var frame = new byte[PythonFrame.HeaderLength + body.Length];
        PythonFrame.WriteHeader(frame, PythonFrame.Hello, 0, 0, body.Length);
        body.CopyTo(frame, PythonFrame.HeaderLength);
        await SendAsync(frame);
        var (kind, _, answer) = await ReceiveAsync(cancel);
        if (kind == PythonFrame.Refused)
            throw new ModelException(Encoding.UTF8.GetString(answer));
        Ready = JsonSerializer.Deserialize(answer, PythonJson.Default.PythonReady)!;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[(await _socket.SendAsync(bytes))..];
    }

    private async ValueTask<(byte Kind, int Tensors, byte[] Body)> ReceiveAsync(CancellationToken cancel)
    {
        var got = 0;
        while (got < PythonFrame.HeaderLength)
            got += await MoreAsync(_received.AsMemory(got), cancel);
        var length = BinaryPrimitives.ReadInt64LittleEndian(_received.AsSpan(8));
        if (length is < 0 or > LargestAnswer)
            throw new IOException($"An answer has {length} bytes.");
        var body = new byte[length];
        var inside = (int)Math.Min(got - PythonFrame.HeaderLength, length);
        _received.AsSpan(PythonFrame.HeaderLength, inside).CopyTo(body);
        while (inside < length)
            inside += await MoreAsync(body.AsMemory(inside), cancel);
        return (_received[0], BinaryPrimitives.ReadUInt16LittleEndian(_received.AsSpan(2)), body);
    }

    private async ValueTask<int> MoreAsync(Memory<byte> room, CancellationToken cancel)
    {
        var count = await _socket.ReceiveAsync(room, cancel);
        return count > 0 ? count : throw new IOException("The worker closed its socket.");
    }

    private int Write(IReadOnlyList<PythonRequest> batch)
    {
        var first = batch[0];
        var rows = batch.Sum(static request => request.Rows);
        long length = PythonFrame.HeaderLength;
        for (var input = 0; input < first.Inputs.Count; input++)
            length += PythonFrame.LengthOf(first.Inputs[input], batch.Sum(request => request.Inputs[input].Data.Length));
        if (_sending.Length < length)
            _sending = new byte[Math.Max(checked((int)length), Math.Min(_sending.Length * 2, KeptBuffer))];
        PythonFrame.WriteHeader(_sending, PythonFrame.Call, first.Methods, first.Inputs.Count, length - PythonFrame.HeaderLength);
        var at = PythonFrame.HeaderLength;
        for (var input = 0; input < first.Inputs.Count; input++)
        {
            var data = batch.Sum(request => request.Inputs[input].Data.Length);
            at += PythonFrame.WriteTensor(_sending.AsSpan(at), first.Inputs[input], rows, data);
            foreach (var request in batch)
            {
                request.Inputs[input].Data.CopyTo(_sending, at);
                at += request.Inputs[input].Data.Length;
            }

            var padding = PythonFrame.Padded(data) - data;
            _sending.AsSpan(at, padding).Clear();
            at += padding;
        }

        return at;
    }
}
