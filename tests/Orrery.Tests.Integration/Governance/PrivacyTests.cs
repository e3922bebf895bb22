using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Client;
using Orrery.Contracts;
using Orrery.Native;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Personal data on a server with features, models and predictions: found, masked, imitated; subjects left out and erased.</summary>
public sealed class PrivacyTests(LookupServer lookups) : IClassFixture<LookupServer>, IDisposable
{
    private readonly LookupStory _story = lookups.Story;
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-privacy-").FullName;

    private readonly OrreryClient _client = new(lookups.Process.BaseAddress);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Columns_with_personal_data_are_found_and_the_features_that_read_them_marked()
    {
        var features = new FeatureServer(lookups.Process, "crm");
        await features.UploadAsync("contacts.csv", People(200));
        await features.ApplyAsync("""
            entities: [{ name: person, join_keys: [{ name: person_id, type: int64 }] }]
            sources: [{ name: contacts, type: file, path: crm/contacts.csv }]
            feature_views:
              - { name: contact, entities: [person], source: contacts, features: [{ name: email, type: string }, { name: age, type: int64 }, { name: city, type: string }] }
            """);
        var (code, output, errors) = await Mlops.RunAsync(lookups.Process, Cancel, "data", "scan", "crm/contacts.csv", "--json");
        Assert.True(code == 0, errors);
        Assert.DoesNotContain("example.org", output, StringComparison.Ordinal);
        var report = JsonNode.Parse(output)!["report"]!;
        Assert.Equal((200, 200), ((int)report["rows"]!, (int)report["sampled_rows"]!));
        Assert.Equal(
            ["name=person_name", "email=email", "card=payment_card"],
            report["columns"]!.AsArray().Where(static column => column!["kind"] is not null).Select(static column => $"{column!["name"]}={column["kind"]}"));
        Assert.Contains("aaaaaa0@aaaaaaa.aaa", report["columns"]![2]!["findings"]![0]!["examples"]!.AsArray().Select(static shape => (string)shape!));

        var scan = await _client.Privacy.ScanAsync(new() { Project = "crm", View = "contact", Apply = true, Background = true }, Cancel);
        await Eventually.HoldsAsync("the job has looked", async () => (scan = await _client.Privacy.GetScanAsync(scan.Id, Cancel)).State is not "running");
        Assert.Equal(["email"], scan.Report!.Fields.Select(static field => field.Feature));
        Assert.Equal(2, scan.Report.AppliedRevision);
        Assert.True((await _client.Privacy.ScanAsync(new() { Project = "crm", View = "contact" }, Cancel)).Report!.Fields[0].IsMarked);
    }

    [Fact]
    public async Task Predictions_about_who_has_opted_out_are_refused_over_every_protocol_until_they_opt_in()
    {
        const string known = """{"instances": [{"customer_id": 2}, {"customer_id": 3}]}""";
        await _story.PredictAsync("echo", known);
        await _client.Privacy.OptOutAsync(new() { Subject = Customer(3), Purpose = "prediction", Reason = "ticket 9" }, Cancel);
        var (status, error) = await _story.RefuseAsync("echo", known);
        Assert.Equal((403, "governance.subject_opted_out: the subject of row 1 has opted out of predictions."), (status, error));
        foreach (var body in new[]
        {
            """{"instances": [{"customer_id": "3"}]}""", """{"instances": [{"customer_id": 3.0}]}""", """{"inputs": {"customer_id": [2, 3]}}""",
            """{"instances": [{"customer_id": 3, "tenure": 1, "charges": 2, "per_month": 3, "share": 4, "vip": 5, "visits": 6}]}""",
        })
        {
            Assert.Equal((403, body), ((await _story.RefuseAsync("echo", body)).Status, body));
        }

        var (v2, answer) = await _story.Server.AskAsync("/v2/models/echo/infer", """{"inputs": [{"name": "customer_id", "shape": [1], "datatype": "INT64", "data": [3]}]}""");
        Assert.True(v2 == 403, answer);
        await _story.PredictAsync("echo", """{"instances": [{"customer_id": 2}]}""");
        using var named = new HttpRequestMessage(HttpMethod.Post, "/v1/models/echo:predict") { Content = JsonContent.Create(new { instances = new[] { new[] { 1, 2, 3, 4, 5, 6 } } }), Headers = { { "X-Orrery-Entity", "customer_id=3" } } };
        using var refused = await lookups.Process.Client.SendAsync(named, Cancel);
        Assert.Equal(403, (int)refused.StatusCode);

        Assert.Equal("prediction", Assert.Single((await _client.Privacy.FindOptOutsAsync(new() { Subject = Customer(3) }, Cancel)).OptOuts).Purpose);
        var again = await _client.Privacy.OptOutAsync(new() { Subject = Customer(3), Purpose = "prediction", Reason = "another" }, Cancel);
        var stands = (await _client.Privacy.FindOptOutsAsync(new() { Subject = Customer(3) }, Cancel)).OptOuts.Single();
        Assert.Equal(("ticket 9", stands.CreatedAt), (again.Reason, again.CreatedAt));
        await OkAsync("subjects", "opt-in", "customer_id=3");
        await _story.PredictAsync("echo", known);
        Assert.Equal("governance.opt_out_not_found", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Privacy.OptInAsync(new() { Subject = Customer(3) }, Cancel))).ErrorCode);
    }

    [Fact]
    public async Task Training_sets_leave_out_who_has_opted_out_and_a_reproduction_says_who_came_back()
    {
        var list = Path.Combine(_folder, "list.csv");
        await File.WriteAllTextAsync(list, "customer_id,purpose\n5,training\n6,training\n", Cancel);
        Assert.Contains("2 of 2", await OkAsync("subjects", "opt-out", "--file", list), StringComparison.Ordinal);
        Assert.Equal(0, (await _client.Privacy.OptOutManyAsync(await File.ReadAllBytesAsync(list, Cancel), Cancel)).Changed);
        var set = await _story.Features.PostAsync("training-sets", """
            {"name":"left out","feature_service":"shopper","entity_df":{"customer_id":[2,5,3,5],"amount":[1,2,3,4],"event_timestamp":["2026-02-01T00:00:00Z","2026-02-01T00:00:00Z","2026-02-01T00:00:00Z","2026-02-02T00:00:00Z"]} }
            """);
        Assert.Equal((2, 2), (set.GetProperty("row_count").GetInt32(), set.GetProperty("opted_out_rows").GetInt32()));
        // Of predictions they have not opted out.
        await _story.PredictAsync("columns", """{"instances": [{"customer_id": 5, "amount": 2.5}]}""");

        await _client.Privacy.OptInAsync(new() { Subject = Customer(5), Purpose = "training" }, Cancel);
        var (_, again) = await _story.Features.TryPostAsync($"training-sets/{set.GetProperty("training_set_id").GetString()}/reproduce", "{}");
        Assert.Contains("0 entity rows are left out, whose subjects have opted out of training; 2 were then.", again.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erased_subject_is_in_no_store_and_the_receipt_says_so()
    {
        await _story.PredictAsync("echo", """{"instances": [{"customer_id": 1}, {"customer_id": 2}]}""");
        var logged = "";
        await Eventually.HoldsAsync("the prediction is logged", async () => (logged = await LogAsync()).Contains("customer_id=1", StringComparison.Ordinal), () => logged);
        var id = (string)JsonNode.Parse(logged)!["predictions"]!.AsArray().First(static row => (string?)row!["entity"] == "customer_id=1")!["prediction_id"]!;
        var (labelled, told) = await _story.Server.AskAsync("/api/v1/labels", $$"""[{"prediction_id": "{{id}}", "row": 0, "label": 1}]""");
        Assert.True(labelled is 200, told);

        var file = Path.Combine(_folder, "receipt.json");
        var (code, output, errors) = await Mlops.RunAsync(lookups.Process, Cancel, "subjects", "erase", "customer_id=1", "--reason", "ticket 10", "--yes", "--receipt", file, "--json");
        // Training sets that hold the customer stand as they are, so that the receipt is not complete.
        Assert.True(code == 4, output + errors);
        var receipt = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancel))!;
        long Erased(string kind) => receipt["stores"]!.AsArray().Where(store => (string)store!["kind"]! == kind).Sum(static store => (long?)store!["erased"] ?? 0);
        Assert.True(Erased("file") >= 2, receipt.ToJsonString());
        Assert.True(Erased("online") >= 2 && Erased("prediction_log") >= 1 && Erased("label") == 1, receipt.ToJsonString());
        Assert.Equal(["columns/1", "echo/1", "exact/1"], receipt["model_versions"]!.AsArray().Select(static version => (string)version!));
        Assert.DoesNotContain("customer_id=1", await LogAsync(), StringComparison.Ordinal);
        Assert.Contains("customer_id=2", await LogAsync(), StringComparison.Ordinal);
        Assert.Equal(403, (await _story.RefuseAsync("echo", """{"instances": [{"customer_id": 1}]}""")).Status);

        Assert.Contains("as it was signed", await OkAsync("subjects", "receipts", "verify", file), StringComparison.Ordinal);
        Assert.Equal((string?)receipt["id"], (string?)JsonNode.Parse(await OkAsync("subjects", "receipts", "verify", file, "--json"))!["id"]);
        receipt["stores"]![0]!["found"] = 77;
        await File.WriteAllTextAsync(file, receipt.ToJsonString(), Cancel);
        Assert.Equal(4, (await Mlops.RunAsync(lookups.Process, Cancel, "subjects", "receipts", "verify", file)).ExitCode);
        Assert.Equal("ticket 10", (await _client.Privacy.GetErasureAsync((string)receipt["id"]!, Cancel)).Receipt!.Reason);
    }

    [Fact]
    public async Task A_table_is_masked_and_imitated()
    {
        await _story.Features.UploadAsync("people.csv", People(300));
        var (masked, made) = (Path.Combine(_folder, "masked.parquet"), Path.Combine(_folder, "made.parquet"));
        await OkAsync("data", "mask", "shop/people.csv", "--out", masked, "--column", "person_id=drop", "--quasi", "city", "--suppress", "--k", "20");
        var rows = Read(masked);
        Assert.All(rows, static row => Assert.Matches(@"^\*\*\*,tok_[a-z2-7]{20},\d{4} \d{4} \d{4} \d{4},", row));
        Assert.DoesNotContain(rows, static row => row.Contains("Nowhere", StringComparison.Ordinal) || row.Contains("example.org", StringComparison.Ordinal));
        Assert.Equal(299, rows.Count);

        var query = "select try_cast(age as double) as age, try_cast(age as double) * 2 + try_cast(person_id as double) % 7 as spent, city, email from p";
        var copy = await _client.Privacy.SynthesizeAsync(new() { Data = new() { Query = query, Tables = new Dictionary<string, string> { ["p"] = "shop/people.csv" } }, Rows = 120, Seed = 3 }, Cancel);
        await File.WriteAllBytesAsync(made, copy.Parquet, Cancel);
        var imitated = Read(made);
        Assert.Equal((0, 240, 60), (copy.Privacy.ExactCopies, copy.FittedRows, copy.HoldoutRows));
        Assert.Equal(120, imitated.Count);
        Assert.DoesNotContain(imitated, static row => row.Contains("Nowhere", StringComparison.Ordinal) || row.Contains("example.org", StringComparison.Ordinal));
        var wrong = new MaskSpec { Data = new() { Files = ["shop/people.csv"] }, Columns = new Dictionary<string, string> { ["city"] = "shred" } };
        Assert.Equal("governance.invalid_masking", (await Assert.ThrowsAsync<OrreryApiException>(() => _client.Privacy.MaskAsync(wrong, Cancel))).ErrorCode);
    }

    private static Dictionary<string, string> Customer(int id) => new() { ["customer_id"] = id.ToString(CultureInfo.InvariantCulture) };

    private async Task<string> OkAsync(params string[] arguments)
    {
        var (code, output, errors) = await Mlops.RunAsync(lookups.Process, Cancel, arguments);
        Assert.True(code == 0, $"{code}: {output}{errors}");
        return output + errors;
    }

    private async Task<string> LogAsync() => await lookups.Process.Client.GetStringAsync("/api/v1/deployments/production/echo/predictions?limit=1000", Cancel);

    private static List<string> Read(string file)
    {
        using var database = DuckDatabase.Open(null, new() { Threads = 1, AllowedPaths = [file] });
        using var connection = database.Connect();
        using var reader = connection.Query($"from read_parquet('{file}')");
        var rows = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
                rows.Add(string.Join(',', Enumerable.Range(0, reader.Columns.Count).Select(column => Convert.ToString(reader.Value(column, row), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    private static string People(int count)
    {
        string[] given = ["Mary", "Hans", "Anna", "James", "Sofia", "Karin"];
        var text = new StringBuilder("person_id,name,email,card,age,city,event_timestamp\n");
        for (var row = 0; row < count; row++)
        {
            var city = row == 7 ? "Nowhere" : row % 3 == 0 ? "Berlin" : "Rome";
            text.Append(CultureInfo.InvariantCulture, $"{row},{given[row % given.Length]} Example,person{row}@example.org,4111 1111 1111 1111,{20 + (row * 7 % 60)},{city},2026-01-01T00:00:00Z\n");
        }

        return text.ToString();
    }
}
