using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cellway.Pki.Issuing;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Cellway.Manager.Authority.Tokens;

/// <summary>A session with a token, opened again once when it has ended: tokens are unplugged, and their networks break.</summary>
internal sealed class TokenSession(RootToken token) : IDisposable
{
    // A library is loaded once in a process and never let go: unloading it would end the sessions of others.
    private static readonly ConcurrentDictionary<string, Lazy<IPkcs11Library>> s_libraries = new(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private ISession? _session;

    // Pkcs11Interop asks for “libdl”, a name that only machines of developers have since glibc 2.34; musl has all of it in libc.
    static TokenSession() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, (name, assembly, path) =>
        name == "libdl" && (NativeLibrary.TryLoad("libdl.so.2", out var found) || NativeLibrary.TryLoad("libc.so.6", out found) || NativeLibrary.TryLoad("libc.so", out found))
            ? found
            : NativeLibrary.TryLoad(name, assembly, path, out found) ? found : 0);

    public static Pkcs11InteropFactories Factories { get; } = new();

    /// <summary>Does something with the session, one at a time.</summary>
    /// <exception cref="SealException">The token cannot be had; the message says what to do.</exception>
    /// <exception cref="CryptographicException">It does not do what is asked.</exception>
    public T Do<T>(Func<ISession, T> action)
    {
        lock (_lock)
        {
            for (var again = _session is not null; ; again = false)
            {
                try
                {
                    return action(_session ??= Open());
                }
                catch (Pkcs11Exception e)
                {
                    Close();
                    if (!again)
                    {
                        throw new CryptographicException($"The token “{token.Label}” answers {e.RV}.", e);
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Close();
        }
    }

    private void Close()
    {
        try
        {
            _session?.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // It had ended by itself.
        }

        _session = null;
    }

    private ISession Open()
    {
        var pin = token.ReadPin();
        ISession? session = null;
        try
        {
            session = FindSlot().OpenSession(SessionType.ReadWrite);
            session.Login(CKU.CKU_USER, pin);
            return session;
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            return session!; // of this process, by another session
        }
        catch (Pkcs11Exception e)
        {
            session?.Dispose();
            throw new SealException(
                e.RV switch
                {
                    CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE => $"The PIN in {token.PinFile} is not that of the token “{token.Label}”: correct it before you try again, because tokens lock themselves.",
                    CKR.CKR_PIN_LOCKED => $"The token “{token.Label}” has locked itself after wrong PINs: unlock it as its maker says.",
                    _ => $"The token “{token.Label}” cannot be opened: it answers {e.RV}.",
                },
                e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private ISlot FindSlot()
    {
        var labels = new List<string>();
        foreach (var slot in Library().GetSlotList(SlotsType.WithTokenPresent))
        {
            var label = slot.GetTokenInfo().Label.Trim();
            if (label == token.Label)
            {
                return slot;
            }

            labels.Add(label.Length == 0 ? "one without a label" : $"“{label}”");
        }

        throw new SealException($"{token.Module} has no token “{token.Label}”; it has {(labels.Count == 0 ? "none" : string.Join(", ", labels))}: plug it in, or name another with --root-token.");
    }

    private IPkcs11Library Library()
    {
        try
        {
            return s_libraries.GetOrAdd(
                token.Module, module => new(() => Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, module, AppType.MultiThreaded))).Value;
        }
        catch (Exception e) when (e is UnmanagedException or LibraryArchitectureException)
        {
            s_libraries.TryRemove(token.Module, out _);
            throw new SealException($"The PKCS#11 library {token.Module} cannot be loaded: name the one of the token's maker with --root-token.", e);
        }
    }
}
