using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using Cellway.Pki.Issuing;

namespace Cellway.Tests.Pki;

[UnsupportedOSPlatform("windows")]
public sealed class SealKeyTests : IDisposable
{
    private const int Quick = 1000;

    private readonly string _directory = Directory.CreateTempSubdirectory("seal").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void FromNewPassphrase_Always_CostsWhatOwaspSays()
    {
        var (key, parameters) = SealKey.FromNewPassphrase("correct horse");
        key.Dispose();
        Assert.Equal(210_000, parameters.Iterations);
        Assert.Equal(16, parameters.Salt.Length);
    }

    [Fact]
    public void Open_KeyMadeAgainFromStoredParameters_GivesTheSecret()
    {
        var (key, parameters) = SealKey.FromNewPassphrase("correct horse", Quick);
        var sealedSecret = key.Seal("root key", "secret"u8);
        var stored = JsonSerializer.Deserialize<SealParameters>(JsonSerializer.Serialize(parameters))!;
        using var again = SealKey.FromPassphrase("correct horse", stored);
        Assert.Equal("secret"u8, again.Open("root key", sealedSecret));
        Assert.True(sealedSecret.AsSpan().IndexOf("secret"u8) < 0);
    }

    [Fact]
    public void FromPassphrase_Wrong_SaysSo()
    {
        var (_, parameters) = SealKey.FromNewPassphrase("correct horse", Quick);
        var error = Assert.Throws<SealException>(() => SealKey.FromPassphrase("correct house", parameters));
        Assert.Contains("passphrase is wrong", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void FromNewPassphrase_Empty_IsRefused(string passphrase) =>
        Assert.Throws<SealException>(() => SealKey.FromNewPassphrase(passphrase));

    [Fact]
    public void FromPassphrase_ParametersOfAnotherKind_AreRefused()
    {
        var (_, good) = SealKey.FromNewPassphrase("p", Quick);
        SealParameters[] bad =
        [
            good with { Version = 2 }, good with { Source = SealSource.KeyFile }, good with { Salt = [] }, good with { Salt = null! },
            good with { Iterations = 0 }, good with { Iterations = int.MaxValue }, good with { Verifier = [1] },
        ];
        Assert.All(bad, parameters => Assert.DoesNotContain(
            "wrong", Assert.Throws<SealException>(() => SealKey.FromPassphrase("p", parameters)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_AnyBitFlippedOrByteCut_IsDamaged()
    {
        var (key, _) = SealKey.FromNewPassphrase("p", Quick);
        var good = key.Seal("root key", RandomNumberGenerator.GetBytes(40));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= (byte)(1 << (i % 8));
            Assert.Contains("damaged", Assert.Throws<SealException>(() => key.Open("root key", bad)).Message, StringComparison.Ordinal);
            Assert.Throws<SealException>(() => key.Open("root key", good.AsSpan(0, i)));
        }
    }

    [Fact]
    public void Open_ForAnotherPurpose_IsRefused()
    {
        var (key, _) = SealKey.FromNewPassphrase("p", Quick);
        Assert.Throws<SealException>(() => key.Open("audit key", key.Seal("root key", [1, 2, 3])));
    }

    [Fact]
    public void Seal_SameSecretTwice_Differs()
    {
        var (key, _) = SealKey.FromNewPassphrase("p", Quick);
        Assert.NotEqual(key.Seal("x", [1]), key.Seal("x", [1]));
    }

    [Fact]
    public void FromKeyFile_SameFile_OpensAndAnotherFileIsTold()
    {
        var (file, other) = (Path.Combine(_directory, "key"), Path.Combine(_directory, "other"));
        KeyFile.Create(file);
        KeyFile.Create(other);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var (key, parameters) = SealKey.FromNewKeyFile(file);
        var sealedSecret = key.Seal("x", [7]);
        Assert.Equal([7], SealKey.FromKeyFile(file, parameters).Open("x", sealedSecret));
        var error = Assert.Throws<SealException>(() => SealKey.FromKeyFile(other, parameters));
        Assert.Contains("not the one", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void FromNewKeyFile_OthersMayUseIt_SaysWhatToDo(UnixFileMode extra)
    {
        var file = Path.Combine(_directory, "key");
        KeyFile.Create(file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        var error = Assert.Throws<SealException>(() => SealKey.FromNewKeyFile(file));
        Assert.Contains($"chmod 600 {file}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(4097)]
    public void FromNewKeyFile_WrongLength_IsRefused(int length)
    {
        var file = Path.Combine(_directory, "key");
        File.WriteAllBytes(file, new byte[length]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Assert.Throws<SealException>(() => SealKey.FromNewKeyFile(file));
    }

    [Fact]
    public void KeyFile_ThereAlreadyOrMissing_IsTold()
    {
        var file = Path.Combine(_directory, "key");
        Assert.Throws<SealException>(() => SealKey.FromNewKeyFile(file));
        KeyFile.Create(file);
        Assert.Contains("exists already", Assert.Throws<SealException>(() => KeyFile.Create(file)).Message, StringComparison.Ordinal);
    }
}
