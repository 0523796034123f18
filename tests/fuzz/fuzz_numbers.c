/* Any bytes as an identity number and as a credit code. What is accepted reads again as itself; what is refused has a
 * sentence for it. */
#include "base/idcard.h"
#include "base/usci.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = { (const char *)data, size };
    struct idcard card, again;
    enum idcard_fault fault = idcard_read(s, &card);
    if (strlen(idcard_fault_text(fault)) == 0) abort();
    if (fault == IDCARD_OK) {
        if (idcard_read(str_of(card.text), &again) != IDCARD_OK || strcmp(card.text, again.text) != 0) abort();
        if (again.was_short || again.birth.days != card.birth.days || again.male != card.male) abort();
    }
    struct usci code, code_again;
    enum usci_fault doubt = usci_read(s, &code);
    if (strlen(usci_fault_text(doubt)) == 0) abort();
    if (doubt == USCI_OK || usci_doubtful(doubt))
        if (usci_read(str_of(code.text), &code_again) != doubt || strcmp(code.text, code_again.text) != 0) abort();
    return 0;
}
