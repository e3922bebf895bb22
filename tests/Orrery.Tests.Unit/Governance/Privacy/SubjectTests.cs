using System.Security.Cryptography;
using System.Text;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Governance;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Codes of subjects, lists of them, and receipts.</summary>
public sealed class SubjectTests
{
    private static readonly SubjectKeys Keys = new(new SecretBox([.. Enumerable.Range(0, 32).Select(static one => (byte)one)]));
    private static readonly WorkspaceId Workspace = new(7);

    [Fact]
    public void A_code_is_the_same_for_the_same_key_in_any_order_and_another_in_another_workspace()
    {
        var one = Keys.Code(Workspace, Subject(("b", "2"), ("a", "1"))).Value;
        Assert.Equal(one, Keys.Code(Workspace, Subject(("a", "1"), ("b", "2"))).Value);
        Assert.Equal("a,b", one.JoinKeys);
        Assert.Equal(64, one.Code.Length);
        Assert.NotEqual(one.Code, Keys.Code(new WorkspaceId(8), Subject(("a", "1"), ("b", "2"))).Value.Code);
        // Columns and values do not run into each other.
        Assert.NotEqual(Keys.Code(Workspace, Subject(("a", "1b"))).Value.Code, Keys.Code(Workspace, Subject(("a1", "b"))).Value.Code);
    }

    [Fact]
    public void A_key_without_a_value_is_refused()
    {
        Assert.Equal("governance.invalid_subject", Keys.Code(Workspace, Subject()).Failure!.Code);
        Assert.Equal("governance.invalid_subject", Keys.Code(Workspace, Subject(("a", ""))).Failure!.Code);
        Assert.Equal("governance.invalid_subject", Keys.Code(Workspace, Subject(("a,b", "1"))).Failure!.Code);
        Assert.Equal("governance.invalid_subject", Keys.Code(Workspace, Subject(("a", "1\0"))).Failure!.Code);
    }

    [Fact]
    public void An_index_holds_those_who_have_opted_out_and_looking_allocates_nothing()
    {
        var index = new SubjectIndex(Keys.Of(Workspace), Enumerable.Range(0, 500).Select(static number => Entry(("customer_id", $"{number}"))).Append(Entry(("a", "x"), ("b", "y"))));
        Assert.Equal([("a,b", 1), ("customer_id", 500)], index.Groups.Select(static group => (string.Join(',', group.Columns), group.Count)));
        var customers = index.Groups[1];
        Assert.True(customers.Contains(["499"]));
        Assert.False(customers.Contains(["500"]));
        Assert.True(index.Groups[0].Contains(["x", "y"]));
        Assert.False(index.Groups[0].Contains(["y", "x"]));

        var text = Encoding.UTF8.GetBytes("customer_id\0" + "42\0");
        customers.Contains(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turn = 0; turn < 1000; turn++)
            customers.Contains(text);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("42.0")]
    [InlineData("042")]
    [InlineData("4.2e1")]
    public void An_opt_out_counts_for_the_whole_number_that_its_key_is(string value)
    {
        var asked = Subject(("customer_id", value), ("region", "007"));
        var forms = Keys.Forms(Workspace, asked);
        Assert.Equal(3, forms.Count);
        var index = new SubjectIndex(Keys.Of(Workspace), forms.Append(Keys.Code(Workspace, asked).Value.Code).Select(static code => ("customer_id,region", Convert.FromHexString(code))));
        Assert.True(index.Groups[0].Contains(["42", "007"]));
        Assert.True(index.Groups[0].Contains(["42", "7"]));
        Assert.True(index.Groups[0].Contains([value, "007"]));
        Assert.False(index.Groups[0].Contains(["43", "007"]));
        Assert.Empty(Keys.Forms(Workspace, Subject(("customer_id", "42"), ("region", "north"))));
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("042", "42")]
    [InlineData("42.0", "42")]
    [InlineData("4.2e1", "42")]
    [InlineData("-7", "-7")]
    [InlineData("42.5", "42.5")]
    [InlineData("abc", "abc")]
    public void Whole_numbers_have_one_form(string text, string form) => Assert.Equal(form, SubjectIndex.Whole(text));

    [Theory]
    [InlineData("customer_id=42", true)]
    [InlineData("region=north, customer_id=42", true)]
    [InlineData("customer_id=43", false)]
    [InlineData("account=42", false)]
    [InlineData("", false)]
    public void A_header_that_names_who_has_opted_out_is_refused(string header, bool isRefused)
    {
        var index = new SubjectIndex(Keys.Of(Workspace), [Entry(("customer_id", "42"))]);
        var refusal = Record.Exception(() => SubjectHeader.Check(index, header)) as RefusedException;
        Assert.Equal(isRefused, refusal is not null);
        if (isRefused)
        {
            Assert.Equal(403, refusal!.Status);
            Assert.StartsWith("governance.subject_opted_out: ", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("42", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_list_has_the_keys_columns_and_purposes_if_they_differ()
    {
        var list = OptOutCsv.Read("customer_id,region,purpose,reason\r\n1,\"north, far\",training,\"a \"\"b\"\"\"\n2,south,,\n").Value!;
        Assert.Equal(2, list.Count);
        Assert.Equal(("north, far", "training", "a \"b\""), (list[0].Subject["region"], list[0].Purpose, list[0].Reason));
        Assert.Equal(("2", "all", null), (list[1].Subject["customer_id"], list[1].Purpose, list[1].Reason));
        Assert.Equal(["customer_id", "region"], list[1].Subject.Keys.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("customer_id\n")]
    [InlineData("a,a\n1,2\n")]
    [InlineData("a,b\n1\n")]
    public void A_list_that_is_none_is_refused(string text) => Assert.Equal("governance.invalid_opt_outs", OptOutCsv.Read(text).Failure!.Code);

    [Fact]
    public void A_receipt_is_good_as_it_was_signed_and_not_otherwise()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new AuditKey { KeyId = "k1", PublicKey = Convert.ToBase64String(ecdsa.ExportSubjectPublicKeyInfo()), NotBefore = 10, NotAfter = 100 };
        var receipt = new SubjectReceipt { Id = "e1", Subject = "ab", Stores = [new() { Kind = "online", Name = "v@1", Found = 2, Erased = 2 }], At = 50, KeyId = "k1" };
        var signed = receipt with { Signature = Convert.ToBase64String(ecdsa.SignData(receipt.SignedBytes(), HashAlgorithmName.SHA256)) };
        Assert.True(signed.IsSignedBy([key]));
        Assert.False((signed with { Stores = [new() { Kind = "online", Name = "v@1", Found = 2, Erased = 1 }] }).IsSignedBy([key]));
        Assert.False((signed with { IsComplete = true }).IsSignedBy([key]));
        Assert.False(signed.IsSignedBy([key with { NotAfter = 49 }]));
        Assert.False(signed.IsSignedBy([]));
        Assert.False((signed with { Signature = "???" }).IsSignedBy([key]));
    }

    private static Dictionary<string, string> Subject(params (string Name, string Value)[] parts) => parts.ToDictionary(static part => part.Name, static part => part.Value);

    private static (string JoinKeys, byte[] Code) Entry(params (string Name, string Value)[] parts)
    {
        var (code, columns) = Keys.Code(Workspace, Subject(parts)).Value;
        return (columns, Convert.FromHexString(code));
    }
}
