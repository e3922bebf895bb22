using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Testing;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>The control map, and the collector of each of its rows.</summary>
public sealed class ControlMapTests
{
    private const int Rows = 41;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Rows)];

    [Fact]
    public void The_map_has_its_rows_and_names_only_what_there_is()
    {
        var map = ControlMaps.Known;
        var laws = map.Regulations.Select(static law => law.Id).ToHashSet();
        Assert.Equal(Enumerable.Range(1, Rows), map.Rows.Select(static row => row.Id));
        Assert.Equal(["soc2", "hipaa", "gdpr", "eu_ai_act", "nist_ai_rmf", "model_risk"], map.Regulations.Select(static law => law.Id));
        Assert.All(map.Regulations, static law => Assert.NotEmpty(law.Dates));
        Assert.Equal(Rows, map.Rows.Select(static row => row.Collector).Distinct().Count());
        Assert.All(map.Rows, row =>
        {
            Assert.NotEmpty(row.Controls);
            Assert.NotEmpty(row.Frameworks);
            Assert.All(row.Frameworks, law => Assert.Contains(law, laws));
            Assert.True(row.Requirements.Count + row.People.Count > 0);
            Assert.Equal(row.Requirements.Count, row.Requirements.Select(static one => one.Id).Distinct().Count());
        });
        Assert.All(map.Rows.SelectMany(static row => row.Requirements), static one =>
        {
            Assert.True((one.Fact is null) != (one.Acts.Count == 0), one.Id);
            Assert.False(string.IsNullOrWhiteSpace(one.Needed), one.Id);
            Assert.True(one.Fact is null || Facts.IsContributed(one.Fact) || Facts.Names.Contains(one.Fact), one.Fact);
        });
        // Both numbers of the guidance on model risk, since one replaced the other.
        Assert.All(["SR 26-2", "SR 11-7"], id => Assert.Contains(ControlMaps.Of("model_risk"), row => row.Controls.Any(control => control.StartsWith(id, StringComparison.Ordinal))));
        Assert.All(map.Regulations, law => Assert.NotEmpty(ControlMaps.Of(law.Id)));
        Assert.Equal(Rows, ControlMaps.Of("all").Count());
    }

    [Fact]
    public void Every_act_that_the_map_names_is_one_that_the_platform_records()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var acts = ControlMaps.Known.Rows.SelectMany(static row => row.Requirements).SelectMany(static one => one.Acts).Distinct().ToList();
        Assert.DoesNotContain(acts, act => !sources.Contains($"\"{act}\"", StringComparison.Ordinal));
        Assert.True(acts.Count > 30);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_row_goes_from_missing_over_partial_to_present_with_its_evidence_alone(int number)
    {
        var row = ControlMaps.Known.Rows[number - 1];
        var status = row.Requirements.Count == 0 ? "not automatable" : "missing";
        Assert.Equal(status, RowCollectors.Collect(row, EvidenceBases.Empty).Status);

        var known = EvidenceBases.Empty;
        for (var at = 0; at < row.Requirements.Count; at++)
        {
            var requirement = row.Requirements[at];
            // This alone decides on this.
            var alone = RowCollectors.Collect(row, EvidenceBases.With(EvidenceBases.Empty, requirement));
            var finding = alone.Findings.Single(one => one.Id == requirement.Id);
            Assert.True(finding.IsPresent, requirement.Id);
            Assert.Null(finding.Needed);
            Assert.All(finding.Items, static item => Assert.True(item.Type.Length > 0 && item.Id.Length > 0 && item.Query.Length > 0));
            Assert.Contains(RowCollectors.Collect(row, EvidenceBases.Empty).Findings, one => one.Id == requirement.Id && !one.IsPresent && one.Needed == requirement.Needed);
            known = EvidenceBases.With(known, requirement);
        }

        if (row.Requirements.Count > 0)
            Assert.Equal("evidence present", RowCollectors.Collect(row, known).Status);
    }

    [Fact]
    public void A_row_with_some_of_its_evidence_is_partial()
    {
        var row = ControlMaps.Known.Rows[13];
        var known = EvidenceBases.With(EvidenceBases.Empty, row.Requirements[0]);
        var collected = RowCollectors.Collect(row, known);
        Assert.Equal("partial", collected.Status);
        Assert.Equal([true, false, false, false], collected.Findings.Select(static one => one.IsPresent));
    }

    [Fact]
    public void A_live_token_of_a_disabled_account_an_old_retention_and_a_nameless_entry_are_no_evidence()
    {
        var access = EvidenceBases.Empty.Access with { IsIdentityOn = true };
        var orphan = new ReviewedToken { TokenId = "tok_1", IsOrphan = true, ExpiresAt = access.At + 1 };
        Assert.Equal(0, Facts.Of(EvidenceBases.Empty with { Access = access with { Tokens = [orphan] } }, "no_orphan_tokens").Count);
        Assert.Equal(1, Facts.Of(EvidenceBases.Empty with { Access = access with { Tokens = [orphan with { RevokedAt = 1 }] } }, "no_orphan_tokens").Count);
        Assert.Equal(1, Facts.Of(EvidenceBases.Empty with { Access = access with { Tokens = [orphan with { ExpiresAt = access.At }] } }, "no_orphan_tokens").Count);
        Assert.Equal(0, Facts.Of(EvidenceBases.Empty with { AuditRetention = TimeSpan.FromDays(2_191) }, "audit_retention").Count);
        Assert.Equal(0, Facts.Of(EvidenceBases.Empty with { Trail = EvidenceBases.Empty.Trail with { Entries = 5, Nameless = 1 }, Access = access }, "named_entries").Count);
        Assert.Equal(0, Facts.Of(EvidenceBases.Empty with { Verdict = new() { Valid = false, Entries = 9 } }, "audit_verified").Count);
        Assert.Equal(0, Facts.Of(EvidenceBases.Empty with { Exceptions = [new() { RequestedBy = "ada", DecidedBy = "ada", State = "rejected" }] }, "exceptions_separated").Count);
    }

    [Fact]
    public void Exceptions_stand_at_the_rows_that_they_are_from()
    {
        var known = EvidenceBases.Empty with
        {
            Exceptions =
            [
                new() { Id = "by-number", Control = "14", State = "approved", DecidedBy = "bob" }, new() { Id = "by-control", Control = "soc2-cc8.1", State = "expired", DecidedBy = "bob" },
                new() { Id = "asked", Control = "14", State = "requested" }, new() { Id = "other", Control = "13", State = "approved", DecidedBy = "bob" },
            ],
        };
        Assert.Equal(["by-number", "by-control"], RowCollectors.Collect(ControlMaps.Known.Rows[13], known).Exceptions);
    }

    [Fact]
    public void A_page_escapes_hostile_names_links_nowhere_else_and_never_says_that_a_law_is_kept()
    {
        const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
        var known = EvidenceBases.Empty with
        {
            Incidents = [new() { Id = Hostile, Title = Hostile, Kind = "manual", Severity = "sev1", State = "open", Model = Hostile }],
            Exceptions = [new() { Id = "e", Control = Hostile, Reason = Hostile, Owner = Hostile, RequestedBy = Hostile, State = "requested" }],
            Models = [new(Hostile, Hostile, 0, 1, 1, 0, 1, 1)],
            Hashed = [new(Hostile, 1, "00", 0)],
            Access = EvidenceBases.Empty.Access with { Grants = [new() { GrantId = Hostile, Subject = Hostile, Role = Hostile }], SingleSignOnIssuer = "javascript:alert(3)" },
            Contributed = new Dictionary<string, FoundEvidence> { ["risk.assessments"] = new(1, [new() { Type = Hostile, Id = Hostile, Query = Hostile, Link = "javascript:alert(4)", Text = Hostile }]) },
            FurtherChanges = [new() { Action = Hostile, ObjectId = Hostile, By = Hostile, EntryId = Hostile }],
        };
        var report = new ComplianceReport { Id = "1", Framework = "all", From = 0, To = 86_400_000, CreatedBy = Hostile };
        var page = ReportHtml.Write(ReportWriting.Write(new(new(1), Hostile, "ada"), report, known, DateTimeOffset.UnixEpoch), "00");
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"javascript", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page.Replace(System.Net.WebUtility.HtmlEncode(Hostile), "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" compliant", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page.Replace("&quot;", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seal_is_found_only_at_the_end_of_a_page()
    {
        var seal = new ComplianceSeal { Id = "1", HtmlSha256 = "00" };
        var page = seal.Append("<!doctype html><p>x</p>\n");
        Assert.Equal(("<!doctype html><p>x</p>\n", "1", "00"), ComplianceSeal.Split(page) is { } split ? (split.Html, split.Seal.Id, split.Seal.HtmlSha256) : default);
        Assert.Null(ComplianceSeal.Split(page + "<p>more</p>"));
        Assert.Null(ComplianceSeal.Split("<p>none</p>"));
        Assert.Null(ComplianceSeal.Split("<p></p><!-- orrery-seal {broken -->"));
    }
}
